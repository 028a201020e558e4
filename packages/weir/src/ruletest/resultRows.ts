import type { Column, KqlType } from '@weir/kql/types';
import { textOf } from '../report/queryValue.ts';
import { real } from './clickhouse.ts';

/** A result row as a person reads it, the same for both engines where they mean the same. Sums in another order differ in
 *  the last digits, so reals have eleven; arrays stand without their order, which `make_set` leaves open. */
export function rowText(columns: readonly Column[], row: readonly unknown[]): string {
  return columns.map(({ name, type }, index) => `${name}: ${valueText(type, row[index])}`).join(', ');
}

/** A value of either engine: whole numbers as bigint, number or text, dynamics as JSON's text. */
function valueText(type: KqlType, value: unknown): string {
  if (value === null || value === undefined) return type === 'string' ? '""' : 'null';
  switch (type) {
    case 'int':
    case 'long':
      return String(value);
    case 'datetime':
    case 'timespan':
      return textOf(type, BigInt(value as bigint | number | string));
    case 'real':
    case 'decimal':
      return realText(Number(real(String(value))));
    case 'dynamic':
      return dynamicText(parsed(String(value)));
    case 'string':
      return JSON.stringify(value);
    default:
      return String(value).toLowerCase();
  }
}

function realText(value: number): string {
  return value === 0 ? '0' : String(Number(value.toPrecision(11)));
}

function dynamicText(value: unknown): string {
  if (typeof value === 'number') return realText(value);
  if (Array.isArray(value)) return `[${value.map(dynamicText).sort().join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${dynamicText(item)}`);
  return `{${pairs.sort().join(',')}}`;
}

/** JSON with whole numbers beyond 2^53 as texts. The engines' JSON allows NaN and infinities, JSON's own does not. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) => {
      const source = context?.source ?? '';
      return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
    });
  } catch {
    return text;
  }
}

/** The texts that only one of two lists has, as often as it has them more. */
export function onlyOne(
  one: readonly string[],
  other: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const more = new Map<string, number>();
  for (const text of one) more.set(text, (more.get(text) ?? 0) + 1);
  for (const text of other) more.set(text, (more.get(text) ?? 0) - 1);
  const told = (sign: number) =>
    [...more].flatMap(([text, count]) => Array.from({ length: Math.max(0, sign * count) }, () => text)).sort();
  return [told(1), told(-1)];
}
