import type { KqlType } from '../../types.ts';
import { jsonText } from '../common/json-text.ts';
import type { Constant } from '../emit.ts';
import { literal } from '../quote.ts';

export const typeNames: Readonly<Record<KqlType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38, 18)',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  string: 'VARCHAR',
  guid: 'UUID',
  dynamic: 'JSON',
};

/** A constant as SQL of exactly its type: bare numbers would be INTEGER or DECIMAL to DuckDB. */
export function constant(value: Constant, type: KqlType): string {
  if (type === 'dynamic') {
    const json = value !== null && typeof value === 'object' ? value.json : value;
    return json === null ? 'CAST(NULL AS JSON)' : `CAST(${literal(jsonText(json))} AS JSON)`;
  }
  if (value === null) return type === 'string' ? "''" : `CAST(NULL AS ${typeNames[type]})`;
  if (type === 'string') return literal(String(value));
  if (type === 'bool') return value === true ? 'true' : 'false';
  if (type === 'real') {
    const number = Number(value);
    return Number.isFinite(number) ? `CAST(${realText(number)} AS DOUBLE)` : `CAST('${number}' AS DOUBLE)`;
  }
  if (type === 'guid' || type === 'decimal') return `CAST(${literal(String(value))} AS ${typeNames[type]})`;
  return `CAST(${value} AS ${typeNames[type]})`;
}

/** A double in exponent form, because DuckDB reads `0.1` as a decimal first. */
function realText(value: number): string {
  if (Object.is(value, -0)) return '-0e0';
  const text = String(value);
  return text.includes('e') ? text : `${text}e0`;
}
