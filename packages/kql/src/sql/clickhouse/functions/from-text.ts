import type { KqlType } from '../../../types.ts';
import { ticksPerDay } from '../../../types.ts';
import { units } from '../../common/from-text.ts';
import type { CallContext } from '../../emit.ts';
import { literal } from '../quote.ts';
import { daysOf, inDatetimeRange } from './ticks.ts';
import { once } from './values.ts';

/** A text read as a type, by the rules of Kusto's `tolong("…")` and its like: NULL where it is not one. */
export function fromText(sql: string, type: KqlType, call: CallContext): string {
  switch (type) {
    case 'long':
      return integerText(sql, 'Int64');
    case 'int':
      return integerText(sql, 'Int32');
    case 'real':
      return realFromText(sql);
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

/** The groups of a pattern over the whole text as a list; empty where it does not match. */
export function groupsOf(sql: string, pattern: string): string {
  return `extractGroups(${sql}, ${literal(`^(?:${pattern})$`)})`;
}

/** Whole numbers only: blanks around, a sign, leading zeros, `0x` hex. `1.5`, `1e3`, `1_0` and `0b1` are NULL. */
export function integerText(sql: string, target: 'Int64' | 'Int32'): string {
  const shape = '[ \\t\\r\\n]*(?:([-+]?)([0-9]+)|0[xX]([0-9a-fA-F]+))[ \\t\\r\\n]*';
  return once(groupsOf(sql, shape), '_kql_g', (g) => {
    const decimal = `to${target}OrNull(if(${g}[1] = '-', '-', '') || ${g}[2])`;
    const hex = once(`trimLeft(${g}[3], '0')`, '_kql_h', (h) => {
      const value = `reinterpretAsUInt64(reverse(unhex(leftPad(${h}, 16, '0'))))`;
      return `if(length(${h}) <= 16, accurateCastOrNull(${value}, '${target}'), NULL)`;
    });
    return `multiIf(empty(${g}), NULL, ${g}[2] != '', ${decimal}, ${hex})`;
  });
}

/** Decimal and scientific notation with blanks around, `NaN` and infinities by name; no hex, no digit separators. */
export function realFromText(sql: string): string {
  const shape =
    '(?i)[ \\t\\r\\n]*(?:([-+]?)((?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[-+]?[0-9]+)?)|(nan)|([-+]?)inf(?:inity)?)[ \\t\\r\\n]*';
  return once(groupsOf(sql, shape), '_kql_g', (g) => {
    const number = `if(${g}[1] = '-', -1, 1) * toFloat64OrNull(${g}[2])`;
    return `multiIf(empty(${g}), NULL, ${g}[3] != '', nan, ${g}[2] != '', ${number}, ${g}[4] = '-', -inf, inf)`;
  });
}

/** `true` and `false` in any case, or a whole number, hex included; no blanks around. */
export function boolFromText(sql: string): string {
  return once(
    sql,
    '_kql_s',
    (s) =>
      `multiIf(lower(${s}) = 'true', true, lower(${s}) = 'false', false, match(${s}, '\\\\s'), NULL, ${integerText(s, 'Int64')} != 0)`,
  );
}

/** 32 hex digits; hyphens where .NET has them or anywhere between groups of four, braces allowed. */
export function guidFromText(sql: string): string {
  const shape = literal('^[ \\t\\r\\n]*\\{?(?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}\\}?[ \\t\\r\\n]*$');
  return once(sql, '_kql_s', (s) => {
    const bare = `replaceRegexpAll(${s}, '[^0-9a-fA-F]', '')`;
    const dashed = `replaceRegexpOne(${bare}, '^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\\\1-\\\\2-\\\\3-\\\\4-\\\\5')`;
    return `if(match(${s}, ${shape}), toUUIDOrNull(${dashed}), NULL)`;
  });
}

const months = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const seconds = '(?::([0-9]{1,2})(?:\\.([0-9]{1,7})[0-9]*)?)?';
const clock = `([0-9]{1,2}):([0-9]{1,2})${seconds}`;
const iso = `\\s*([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ]\\s*${clock})?\\s*(?:Z|z|UTC|GMT|([-+])([0-9]{2}):?([0-9]{2}))?\\s*`;

/** A date (Int64s) and a time of day (texts, `''` for 0) as ticks: NULL where a part is out of range. */
function stamp(year: string, month: string, day: string, clockTexts: readonly string[]): string {
  const [hour = '', minute = '', second = ''] = clockTexts.map((text) => `toInt64OrZero(${text})`);
  return once(year, '_kql_y', (y) =>
    once(month, '_kql_m', (m) =>
      once(day, '_kql_d', (d) => {
        const start = daysOf(y, m, '1');
        const length = `(${daysOf(`(${y} + intDiv(${m}, 12))`, `(${m} % 12 + 1)`, '1')} - ${start})`;
        const inside =
          `${y} BETWEEN 1 AND 9999 AND ${m} BETWEEN 1 AND 12 AND ${d} BETWEEN 1 AND ${length} AND ` +
          `${hour} < 24 AND ${minute} < 60 AND ${second} < 60`;
        const ticks =
          `(${start} + ${d} - 1) * ${ticksPerDay} + ${hour} * 36000000000 + ${minute} * 600000000 + ` +
          `${second} * 10000000 + toInt64OrZero(rightPad(${clockTexts[3]}, 7, '0'))`;
        return `if(${inside}, ${ticks}, NULL)`;
      }),
    ),
  );
}

/** A four-digit year, or two digits of 1930 to 2029 (.NET's). */
function fullYear(digits: string): string {
  return `if(length(${digits}) > 2, toInt64OrZero(${digits}), toInt64OrZero(${digits}) + if(toInt64OrZero(${digits}) < 30, 2000, 1900))`;
}

/** Ticks of a datetime in ISO 8601 (a zone is applied, seven decimals kept) or in one of the other forms that Kusto
 *  documents or accepts. */
export function datetimeFromText(sql: string): string {
  const part = (g: string, index: number) => `toInt64OrZero(${g}[${index}])`;
  return once(sql, '_kql_s', (s) => {
    const parsed = once(groupsOf(s, iso), '_kql_g', (g) => {
      const offset = `(${part(g, 9)} * 60 + ${part(g, 10)}) * 600000000 * if(${g}[8] = '-', -1, 1)`;
      const clockTexts = [4, 5, 6, 7].map((index) => `${g}[${index}]`);
      return inDatetimeRange(`(${stamp(part(g, 1), part(g, 2), part(g, 3), clockTexts)} - ${offset})`);
    });
    const bare = `replaceRegexpOne(trimBoth(${s}), '\\\\s+(?:GMT|UTC|Z)$', '')`;
    const american = once(
      groupsOf(bare, `([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})(?: ${clock}(?: ([AaPp][Mm]))?)?`),
      '_kql_g',
      (g) => {
        const hour = `multiIf(${g}[8] = '', ${g}[4], ${part(g, 4)} BETWEEN 1 AND 12, toString(${part(g, 4)} % 12 + if(lower(${g}[8]) = 'pm', 12, 0)), '99')`;
        return stamp(part(g, 3), part(g, 1), part(g, 2), [hour, ...[5, 6, 7].map((index) => `${g}[${index}]`)]);
      },
    );
    const slashed = once(groupsOf(bare, `([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?: ${clock})?`), '_kql_g', (g) =>
      stamp(
        part(g, 1),
        part(g, 2),
        part(g, 3),
        [4, 5, 6, 7].map((index) => `${g}[${index}]`),
      ),
    );
    const named = once(
      groupsOf(bare, `(?i)(?:[a-z]+, )?([0-9]{1,2})[ -](${months})[ -]([0-9]{4}|[0-9]{2})(?: ${clock})?`),
      '_kql_g',
      (g) => {
        const month = `indexOf([${months
          .split('|')
          .map((name) => literal(name.toLowerCase()))
          .join(', ')}], lower(${g}[2]))`;
        return stamp(
          fullYear(`${g}[3]`),
          `toInt64(${month})`,
          part(g, 1),
          [4, 5, 6, 7].map((index) => `${g}[${index}]`),
        );
      },
    );
    return `if(match(${s}, ${literal(`^(?:${iso})$`)}), ${parsed}, coalesce(${american}, ${slashed}, ${named}))`;
  });
}

/** Ticks of `[-][d.]hh:mm[:ss[.fffffff]]` or of a literal such as `1d`, `90s`, `1.5h`. A bare number is NULL. */
export function timespanFromText(sql: string): string {
  const span = '\\s*([-+]?)(?:([0-9]{1,8})\\.)?([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\\.([0-9]{1,7}))?)?\\s*';
  const short = `\\s*([-+]?[0-9]+(?:\\.[0-9]+)?)\\s*(${Object.keys(units)
    .sort((a, b) => b.length - a.length)
    .join('|')})\\s*`;
  return once(sql, '_kql_s', (s) => {
    const clockForm = once(groupsOf(s, span), '_kql_g', (g) => {
      const number = (index: number) => `toInt64OrZero(${g}[${index}])`;
      const ticks =
        `toInt128(${number(2)}) * ${ticksPerDay} + ${number(3)} * 36000000000 + ${number(4)} * 600000000 + ` +
        `${number(5)} * 10000000 + toInt64OrZero(rightPad(${g}[6], 7, '0'))`;
      const inside = `notEmpty(${g}) AND ${number(3)} < 24 AND ${number(4)} < 60 AND ${number(5)} < 60`;
      return `if(${inside}, accurateCastOrNull((${ticks}) * if(${g}[1] = '-', -1, 1), 'Int64'), NULL)`;
    });
    const unitForm = once(groupsOf(s, short), '_kql_g', (g) => {
      const size = Object.entries(units).map(([unit, ticks]) => `${g}[2] = '${unit}', ${ticks}`);
      const ticks = `round(toFloat64OrZero(${g}[1]) * multiIf(${size.join(', ')}, 0))`;
      return `if(notEmpty(${g}) AND abs(${ticks}) < 9.223372036854775e18, toInt64(${ticks}), NULL)`;
    });
    return `coalesce(${clockForm}, ${unitForm})`;
  });
}
