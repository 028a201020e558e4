import { ApiProblem } from '../api/client.ts';

/** What is wrong with a condition, and where in its text. */
export interface Mistake {
  readonly message: string;
  readonly advice: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line of the text that it stands in. */
  readonly text: string;
}

/** A refusal of the service as a mistake in the condition; undefined where it is about something else. */
export function mistakeIn(when: string, error: unknown): Mistake | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  const [, line, column] = /^when:(\d+):(\d+)$/.exec(error.place) ?? [];
  if (line === undefined) return undefined;
  const { message, advice } = error;
  return {
    message,
    advice,
    line: Number(line),
    column: Number(column),
    text: when.split('\n')[Number(line) - 1] ?? '',
  };
}

/** Where a line and a column are in a text, in characters from its beginning. */
export function offsetOf(text: string, { line, column }: Pick<Mistake, 'line' | 'column'>): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1);
}
