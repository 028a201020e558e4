import type { Span } from './types.ts';

/** One message about a query. Codes: Microsoft's own `KS…` for what its parser and binder find, `WK…` for what Weir
 *  refuses. `line` and `column` count from 1, `start` and `length` in UTF-16 code units. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly length: number;
  /** What to write instead. */
  readonly advice?: string;
}

/** Why Weir refuses a query that Microsoft's binder accepts. */
export type RefusalCode =
  /** An operator, function, plug-in or parameter that Weir does not compile. */
  | 'WK001'
  /** A combination of types or values that Kusto itself refuses when the query runs. */
  | 'WK002'
  /** Rows must be in an order here (`sort`, `serialize`). */
  | 'WK003'
  /** Needs data or a service that is not at hand offline. */
  | 'WK004'
  /** Cannot be followed back to the contributing rows. */
  | 'WK005'
  /** Text that cannot be part of a query. */
  | 'WK006';

/** Thrown where the compiler stops at a user's query; `compile` turns it into a diagnostic. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly span: Span;
  readonly advice: string | undefined;

  constructor(code: RefusalCode, span: Span, message: string, advice?: string) {
    super(message);
    this.code = code;
    this.span = span;
    this.advice = advice;
  }
}

/** A diagnostic at a place of the text. */
export function diagnosticAt(
  text: string,
  span: Span,
  fields: Pick<Diagnostic, 'code' | 'severity' | 'message'> & { readonly advice?: string | undefined },
): Diagnostic {
  const before = text.slice(0, span.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const { advice, ...rest } = fields;
  return {
    ...rest,
    line: before.split('\n').length,
    column: span.start - lineStart + 1,
    start: span.start,
    length: span.length,
    ...(advice === undefined ? {} : { advice }),
  };
}

/** So much of a line is shown before the place, and of the place and what follows it. */
const shown = { before: 60, after: 120 };

/** The message with its line of the query and a caret under the place; of a long line, the part around it. */
export function renderDiagnostic(text: string, diagnostic: Diagnostic): string {
  const whole = (text.split('\n')[diagnostic.line - 1] ?? '').replace(/\r$/, '');
  const at = diagnostic.column - 1;
  const start = whole.length > shown.before + shown.after ? Math.max(0, at - shown.before) : 0;
  const end = start === 0 ? shown.before + shown.after : at + shown.after;
  const lead = start > 0 ? '…' : '';
  const line = `${lead}${whole.slice(start, end)}${end < whole.length ? '…' : ''}`;
  const place = at - start + lead.length;
  const width = Math.max(1, Math.min(diagnostic.length, line.length - place));
  const indent = line.slice(0, place).replace(/[^\t]/g, ' ');
  const number = String(diagnostic.line);
  const margin = ' '.repeat(number.length);
  return [
    `${diagnostic.severity} ${diagnostic.code}: ${diagnostic.message}`,
    `${margin} |`,
    `${number} | ${line}`,
    `${margin} | ${indent}${'^'.repeat(width)}`,
    ...(diagnostic.advice === undefined ? [] : [`${margin} = ${diagnostic.advice}`]),
  ].join('\n');
}
