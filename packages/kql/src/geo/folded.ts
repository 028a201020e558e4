import type { Constant } from '../types.ts';

/** A function that no engine has, computed while compiling: constants in, one constant out, in the forms of types.ts.
 *  It gives undefined where the answer could not be Kusto's to the digit, which refuses the call. */
export type Folded = (...args: readonly Constant[]) => Constant | undefined;

/** A number among the arguments; null and whatever is no number are NaN. */
export function numberOf(value: Constant | undefined): number {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
}

/** A whole number between `from` and `to`; undefined for all else. Absent, it is `otherwise`. */
export function wholeOf(value: Constant | undefined, from: number, to: number, otherwise?: number): number | undefined {
  const number = value === undefined && otherwise !== undefined ? otherwise : numberOf(value);
  return Number.isInteger(number) && number >= from && number <= to ? number : undefined;
}

export function textOf(value: Constant | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A value of JavaScript as a dynamic: whole numbers are long, as Kusto prints coordinates. */
export function dynamic(value: unknown): Constant {
  return { json: longs(value) };
}

export const nothing: Constant = { json: null };

function longs(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(longs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, longs(item)]));
}
