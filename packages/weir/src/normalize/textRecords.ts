import { type Line, readLines } from '../source/lines.ts';
import { brokenBytes, type Care, type CarefulRecord, commentLines, withoutMark } from './carefulRecord.ts';
import { isFields } from './proxy/w3c/fields.ts';
import type { Shape } from './recognised.ts';

type W3cShape = Extract<Shape, { kind: 'w3c' }>;

/** Text of which each line is a record. */
export async function* textLines(path: string, care: Care): AsyncGenerator<CarefulRecord[]> {
  for await (const lines of readLines(path, care.onBytes)) yield lines.flatMap(textLine);
}

/** The same under the `#Fields` line that was last above them. */
export async function* w3cLines(path: string, { jobUnder }: W3cShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  let named: string | undefined;
  for await (const lines of readLines(path, care.onBytes)) {
    yield lines.flatMap((line) => {
      const text = withoutMark(line).toString('utf8').replace(/\r$/, '');
      if (!isFields(text) || text === named) return textLine(line);
      named = text;
      return [{ kind: 'header' as const, job: jobUnder(text) }, ...textLine(line)];
    });
  }
}

function textLine(line: Line): CarefulRecord[] {
  const bytes = withoutMark(line);
  const { number } = line;
  const text = bytes.toString('utf8').replace(/\r$/, '');
  const reason =
    brokenBytes(bytes, line.tooLong) ?? (text.includes('\r') ? 'a carriage return inside the line' : undefined);
  if (reason) return [{ kind: 'broken', line: number, text, reason }];
  if (text.trim() === '') return [];
  if (text.startsWith('#')) return [{ kind: 'ignored', reason: commentLines }];
  return [{ kind: 'sound', number, line: number, text, spooled: `${number} ${text}` }];
}
