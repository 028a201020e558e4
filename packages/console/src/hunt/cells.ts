import type { HuntResult } from '../api/types.ts';

export type Column = HuntResult['columns'][number];
export type Row = readonly unknown[];

const numeric: ReadonlySet<string> = new Set(['int', 'long', 'real', 'decimal']);

export function isNumeric({ type }: Column): boolean {
  return numeric.has(type);
}

/** A value as it is: every digit of a long and of a moment. Null is the empty text. */
export function exact(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A cell for a person: on one line, unknown a dash, moments without the digits that are zero. */
export function cellText({ type }: Column, value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  const text = exact(value).replace(/\s*\n\s*/g, ' ⏎ ');
  if (type !== 'datetime') return text;
  return text.replace('T', ' ').replace(/\.?0*Z$/, '');
}

/** How wide a column is, in pixels, by its name and its first values. */
export function columnWidth(column: Column, at: number, rows: readonly Row[]): number {
  const longest = rows
    .slice(0, 60)
    .reduce((most, row) => Math.max(most, cellText(column, row[at]).length), column.name.length + 3);
  return Math.round(Math.min(Math.max(longest * 8 + 22, 72), 380));
}

/** Orders rows by a column: numbers by size, whatever their digits; what is not known last, both ways. */
export function sortedRows(rows: readonly Row[], at: number, column: Column, descending: boolean): readonly Row[] {
  const compare = comparing(column.type);
  const isKnown = (row: Row) => row[at] !== null && row[at] !== undefined;
  return rows.toSorted((a, b) => {
    if (!isKnown(a) || !isKnown(b)) return Number(isKnown(b)) - Number(isKnown(a));
    return descending ? compare(b[at], a[at]) : compare(a[at], b[at]);
  });
}

function comparing(type: string): (a: unknown, b: unknown) => number {
  if (type === 'long' || type === 'int')
    return (a, b) => {
      const [left, right] = [BigInt(a as number), BigInt(b as number)];
      return left < right ? -1 : left > right ? 1 : 0;
    };
  if (type === 'real' || type === 'decimal') return (a, b) => realOf(a) - realOf(b) || 0;
  if (type === 'timespan')
    return (a, b) => {
      const [left, right] = [ticksOf(String(a)), ticksOf(String(b))];
      return left < right ? -1 : left > right ? 1 : 0;
    };
  // Moments of the API are texts of one length, which sort as they pass.
  if (type === 'datetime') return (a, b) => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);
  return (a, b) => exact(a).localeCompare(exact(b));
}

/** A real or decimal, whose infinities are texts; NaN stands first. */
function realOf(value: unknown): number {
  const n = Number(String(value).replace('inf', 'Infinity'));
  return Number.isNaN(n) ? Number.NEGATIVE_INFINITY : n;
}

/** Ticks of a timespan as .NET writes it, `-1.02:03:04.0000005`. */
export function ticksOf(span: string): bigint {
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', part = ''] =
    /^(-?)(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.(\d+))?$/.exec(span) ?? [];
  const whole = ((BigInt(days) * 24n + BigInt(hours)) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  const ticks = whole * 10_000_000n + BigInt(part.padEnd(7, '0'));
  return sign === '-' ? -ticks : ticks;
}
