import type { KqlType } from '../../../types.ts';
import type { CallContext } from '../../emit.ts';
import { once } from './values.ts';

/** A text read as a type, by Kusto's rules of `tolong("…")` and its like: NULL where it is not one. */
export function fromText(sql: string, type: KqlType, call: CallContext): string {
  switch (type) {
    case 'long':
      return integerText(sql, 'BIGINT');
    case 'int':
      return integerText(sql, 'INTEGER');
    case 'real':
      return realFromText(sql);
    case 'bool':
      return boolFromText(sql);
    case 'guid':
      return guidFromText(sql);
    case 'string':
      return sql;
    default:
      return call.refuse(`a text is not read as ${type} here`);
  }
}

/** Whole numbers only: blanks around, a sign, leading zeros, `0x` hex. `1.5`, `1e3`, `1_0` and `0b1` are NULL. */
function integerText(sql: string, target: 'BIGINT' | 'INTEGER'): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `CASE WHEN regexp_full_match(${s}, '\\s*(?:[-+]?[0-9]+|0[xX][0-9a-fA-F]+)\\s*') THEN TRY_CAST(${s} AS ${target}) END`,
  );
}

/** Decimal and scientific notation with blanks around; no hex, no digit separators. */
function realFromText(sql: string): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `CASE WHEN regexp_full_match(${s}, '\\s*[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?\\s*') THEN TRY_CAST(${s} AS DOUBLE) WHEN lower(trim(${s})) IN ('nan', 'inf', '+inf', '-inf', 'infinity', '-infinity') THEN TRY_CAST(trim(${s}) AS DOUBLE) END`,
  );
}

/** `true` and `false` in any case, or a whole number; no blanks around. */
function boolFromText(sql: string): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `CASE WHEN lower(${s}) = 'true' THEN true WHEN lower(${s}) = 'false' THEN false WHEN regexp_full_match(${s}, '[-+]?[0-9]+') THEN TRY_CAST(${s} AS BIGINT) <> 0 END`,
  );
}

function guidFromText(sql: string): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `CASE WHEN regexp_full_match(trim(${s}), '\\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\\}?') THEN TRY_CAST(trim(${s}) AS UUID) END`,
  );
}
