import type { KqlType } from '../../packages/kql/src/index.ts';
import { datetime, timespan } from '../../packages/kql/src/parse/literals.ts';

/** A value in a form in which equal values are equal text, so that rows can be compared and sorted. */
export type Canonical = string;

export interface CompareOptions {
  readonly approximate: boolean;
  readonly sets: boolean;
}

/** A recorded value, as the case files write it. */
export function recorded(value: unknown, type: KqlType, options: CompareOptions): Canonical {
  if (value === null) return type === 'string' ? 's:' : 'null';
  switch (type) {
    case 'bool':
      return `b:${value}`;
    case 'int':
    case 'long':
      return `i:${BigInt(value as string | number)}`;
    case 'real':
    case 'decimal':
      return real(Number(value), options);
    case 'datetime':
      return `t:${datetime(String(value))}`;
    case 'timespan':
      return `d:${timespan(String(value))}`;
    case 'guid':
      return `g:${String(value).replace(/^'|'$/g, '').toLowerCase()}`;
    case 'dynamic':
      return json(value, options);
    case 'string':
      return `s:${value}`;
  }
}

/** A value as DuckDB's driver hands it out. */
export function answered(value: unknown, type: KqlType, options: CompareOptions): Canonical {
  if (value === null) return type === 'string' ? 'NULL STRING' : 'null';
  switch (type) {
    case 'bool':
      return `b:${value}`;
    case 'int':
    case 'long':
      return `i:${value}`;
    case 'real':
    case 'decimal':
      return real(Number(value), options);
    case 'datetime':
      return `t:${value}`;
    case 'timespan':
      return `d:${value}`;
    case 'guid':
      return `g:${String(value).toLowerCase()}`;
    case 'dynamic':
      return json(parseJson(String(value)), options);
    case 'string':
      return `s:${value}`;
  }
}

function real(value: number, options: CompareOptions): Canonical {
  if (!Number.isFinite(value)) return `r:${value}`;
  // Sums in another order differ in the last digits.
  const digits = options.approximate ? 2 : 11;
  return `r:${value === 0 ? 0 : Number(value.toPrecision(digits))}`;
}

/** Whole numbers beyond 2^53 become text, as the case files have them. */
function parseJson(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
  });
}

function json(value: unknown, options: CompareOptions): Canonical {
  if (typeof value === 'number') return real(value, options);
  if (Array.isArray(value)) {
    const items = value.map((item) => json(item, options));
    return `[${(options.sets ? items.sort() : items).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${json(item, options)}`);
    return `{${pairs.sort().join(',')}}`;
  }
  return JSON.stringify(value);
}
