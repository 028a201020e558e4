import type { KqlType } from '../../types.ts';
import { jsonText } from '../common/json-text.ts';
import type { Constant } from '../emit.ts';
import { literal } from './quote.ts';

/** What a value of each type is held as, without NULL. A string is never NULL; a dynamic is JSON's text. */
export const typeNames: Readonly<Record<KqlType, string>> = {
  bool: 'Bool',
  int: 'Int32',
  long: 'Int64',
  real: 'Float64',
  decimal: 'Decimal(38, 18)',
  datetime: 'Int64',
  timespan: 'Int64',
  string: 'String',
  guid: 'UUID',
  dynamic: 'String',
};

/** The type of a column of a table. */
export function columnType(type: KqlType): string {
  return type === 'string' ? 'String' : `Nullable(${typeNames[type]})`;
}

/** A constant as SQL of exactly its type: bare numbers would be of the smallest type that holds them. */
export function constant(value: Constant, type: KqlType): string {
  const json = value !== null && typeof value === 'object' ? value.json : value;
  if (json === null) return type === 'string' ? "''" : `CAST(NULL AS ${columnType(type)})`;
  switch (type) {
    case 'dynamic':
      return literal(jsonText(json));
    case 'string':
      return literal(String(value));
    case 'bool':
      return value === true ? 'true' : 'false';
    case 'real':
      return realConstant(Number(value));
    case 'guid':
    case 'decimal':
      return `CAST(${literal(String(value))} AS ${typeNames[type]})`;
    case 'int':
      return `toInt32(${value})`;
    default:
      return `toInt64(${value})`;
  }
}

function realConstant(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return `toFloat64(${Object.is(value, -0) ? '-0.' : value})`;
}
