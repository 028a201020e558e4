import type { KqlType } from '../../../types.ts';
import { ticksPerDay } from '../../../types.ts';
import { units } from '../../common/from-text.ts';
import type { CallContext } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { inDatetimeRange, ticksOf } from './ticks.ts';
import { once } from './values.ts';

/** A text read as a type, by the rules of Kusto's `tolong("…")` and its like: NULL where it is not one. */
export function fromText(sql: string, type: KqlType, call: CallContext): string {
  switch (type) {
    case 'long':
      return integerText(sql, 'BIGINT');
    case 'int':
      return integerText(sql, 'INTEGER');
    case 'real':
      return realFromText(sql);
    case 'decimal':
      return decimalFromText(sql);
    case 'bool':
      return boolFromText(sql);
    case 'guid':
      return guidFromText(sql);
    case 'datetime':
      return datetimeFromText(sql);
    case 'timespan':
      return timespanFromText(sql);
    case 'string':
      return sql;
    default:
      return call.refuse(`a text is not read as ${type} here`, 'use tolong or toreal');
  }
}

/** The text where it has the wanted shape; a pattern is always the whole text's. */
function shaped(sql: string, pattern: string, then: (s: string) => string): string {
  return once(sql, '_kql_s', (s) => `CASE WHEN regexp_full_match(${s}, ${literal(pattern)}) THEN ${then(s)} END`);
}

/** Whole numbers only: blanks around, a sign, leading zeros, `0x` hex. `1.5`, `1e3`, `1_0` and `0b1` are NULL. */
export function integerText(sql: string, target: 'BIGINT' | 'INTEGER'): string {
  return shaped(
    sql,
    '\\s*(?:[-+]?[0-9]+|0[xX][0-9a-fA-F]+)\\s*',
    (s) => `TRY_CAST(trim(${s}, E' \\t\\r\\n') AS ${target})`,
  );
}

/** Decimal and scientific notation with blanks around, `NaN` and infinities by name; no hex, no digit separators. */
export function realFromText(sql: string): string {
  const shape = '(?i)\\s*(?:[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[-+]?[0-9]+)?|nan|[-+]?inf(?:inity)?)\\s*';
  return shaped(sql, shape, (s) => `TRY_CAST(trim(${s}, E' \\t\\r\\n') AS DOUBLE)`);
}

/** Decimal and scientific notation with blanks around. */
export function decimalFromText(sql: string): string {
  const shape = '\\s*[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?\\s*';
  return shaped(sql, shape, (s) => `TRY_CAST(trim(${s}, E' \\t\\r\\n') AS DECIMAL(38, 18))`);
}

/** `true` and `false` in any case, or a whole number, hex included; no blanks around. */
export function boolFromText(sql: string): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `CASE WHEN lower(${s}) = 'true' THEN true WHEN lower(${s}) = 'false' THEN false ` +
      `WHEN regexp_full_match(${s}, '[-+]?[0-9]+|0[xX][0-9a-fA-F]+') THEN TRY_CAST(${s} AS BIGINT) <> 0 END`,
  );
}

/** 32 hex digits; hyphens where .NET has them or anywhere between groups of four, braces allowed. */
export function guidFromText(sql: string): string {
  const shape = '\\s*\\{?(?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}\\}?\\s*';
  return shaped(sql, shape, (s) => `TRY_CAST(regexp_replace(${s}, '[^0-9a-fA-F]', '', 'g') AS UUID)`);
}

const isoDate = '([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})';
const clock = '([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\\.([0-9]{1,7})[0-9]*)?)?';
const iso = `\\s*${isoDate}(?:[T ]\\s*${clock})?\\s*(Z|z|UTC|GMT|[-+][0-9]{2}:?[0-9]{2})?\\s*`;
const isoNames = `['y', 'm', 'd', 'h', 'n', 's', 'f', 'z']`;

const clocks = ['', ' %H:%M', ' %H:%M:%S', ' %H:%M:%S.%f', ' %I:%M %p', ' %I:%M:%S %p'];

/** The forms beside ISO 8601 that Kusto documents or accepts, in strptime's spelling. */
const otherForms = [
  ...['%m/%d/%Y', '%m-%d-%Y'].flatMap((date) => clocks.map((time) => `${date}${time}`)),
  '%Y/%m/%d',
  '%Y/%m/%d %H:%M:%S',
  '%a, %d %b %Y %H:%M:%S',
  '%a, %d %b %Y %H:%M',
  '%d %b %Y %H:%M:%S',
  '%d %b %Y %H:%M',
  '%d %b %Y',
  '%A, %d-%b-%Y %H:%M:%S',
  '%A, %d-%b-%Y %H:%M',
  '%d-%b-%Y %H:%M:%S',
  '%d-%b-%Y %H:%M',
];
const shortYear = '^[0-9]{1,2}[-/][0-9]{1,2}[-/][0-9]{1,3}(?:[^0-9]|$)';

/** A year of two digits behind a month's name, as one of 1930 to 2029 (.NET's). */
function fullYear(sql: string): string {
  const century = (decades: string, digits: string) => (inner: string) =>
    `regexp_replace(${inner}, '([A-Za-z]{3}[ -])(${decades}[0-9])( |$)', '\\1${digits}\\2\\3')`;
  return century('[0-2]', '20')(century('[3-9]', '19')(sql));
}

/** Ticks of a datetime in ISO 8601 (a zone is applied, seven decimals kept) or in one of the other forms. */
export function datetimeFromText(sql: string): string {
  return once(sql, '_kql_s', (s) => {
    const parsed = once(`regexp_extract(${s}, ${literal(`^${iso}$`)}, ${isoNames})`, '_kql_p', (p) => {
      const stamp =
        `TRY_CAST(${p}.y || '-' || ${p}.m || '-' || ${p}.d || ' ' || ` +
        `CASE WHEN ${p}.h = '' THEN '00:00' ELSE ${p}.h || ':' || ${p}.n END || ':' || ` +
        `CASE WHEN ${p}.s = '' THEN '00' ELSE ${p}.s END AS TIMESTAMP)`;
      const fraction = `CAST(rpad(${p}.f, 7, '0') AS BIGINT)`;
      const zone = `replace(${p}.z, ':', '')`;
      const minutes = `CAST(${zone}[2:3] AS BIGINT) * 60 + CAST(${zone}[4:5] AS BIGINT)`;
      const offset = `CASE WHEN ${p}.z[1] = '+' THEN ${minutes} WHEN ${p}.z[1] = '-' THEN -(${minutes}) ELSE 0 END * 600000000`;
      return inDatetimeRange(
        `(CASE WHEN ${p}.h = '24' THEN NULL ELSE ${ticksOf(stamp)} END + ${fraction} - ${offset})`,
      );
    });
    const bare = fullYear(`regexp_replace(trim(${s}), '\\s+(?:GMT|UTC|Z)$', '')`);
    const other = once(
      bare,
      '_kql_b',
      (b) =>
        `CASE WHEN ${b} <> '' AND NOT regexp_matches(${b}, ${literal(shortYear)}) THEN ${ticksOf(`try_strptime(${b}, [${otherForms.map(literal).join(', ')}])`)} END`,
    );
    return `CASE WHEN regexp_full_match(${s}, ${literal(iso)}) THEN ${parsed} ELSE ${other} END`;
  });
}

/** Ticks of `[-][d.]hh:mm[:ss[.fffffff]]` or of a literal such as `1d`, `90s`, `1.5h`. A bare number is NULL. */
export function timespanFromText(sql: string): string {
  const span = '\\s*([-+]?)(?:([0-9]{1,8})\\.)?([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\\.([0-9]{1,7}))?)?\\s*';
  const short = `\\s*([-+]?[0-9]+(?:\\.[0-9]+)?)\\s*(${Object.keys(units)
    .sort((a, b) => b.length - a.length)
    .join('|')})\\s*`;
  return once(sql, '_kql_s', (s) => {
    const clockForm = once(
      `regexp_extract(${s}, ${literal(`^${span}$`)}, ['g', 'd', 'h', 'm', 's', 'f'])`,
      '_kql_p',
      (p) => {
        const number = (name: string) => `CAST(coalesce(nullif(${p}.${name}, ''), '0') AS BIGINT)`;
        const ticks =
          `CAST(${number('d')} AS HUGEINT) * ${ticksPerDay} + ${number('h')} * 36000000000 + ${number('m')} * 600000000 + ` +
          `${number('s')} * 10000000 + CAST(rpad(${p}.f, 7, '0') AS BIGINT)`;
        const inside = `${number('h')} < 24 AND ${number('m')} < 60 AND ${number('s')} < 60`;
        return `CASE WHEN ${inside} THEN TRY_CAST(CASE WHEN ${p}.g = '-' THEN -(${ticks}) ELSE ${ticks} END AS BIGINT) END`;
      },
    );
    const unitForm = once(`regexp_extract(${s}, ${literal(`^${short}$`)}, ['n', 'u'])`, '_kql_p', (p) => {
      const size = Object.entries(units).map(([unit, ticks]) => `WHEN '${unit}' THEN ${ticks}`);
      return `TRY_CAST(round(CAST(${p}.n AS DOUBLE) * CASE ${p}.u ${size.join(' ')} END) AS BIGINT)`;
    });
    return (
      `CASE WHEN regexp_full_match(${s}, ${literal(span)}) THEN ${clockForm} ` +
      `WHEN regexp_full_match(${s}, ${literal(short)}) THEN ${unitForm} END`
    );
  });
}
