import { ticksPerDay } from '../../../types.ts';
import { delimiters, type Field, units } from '../../common/format.ts';
import type { CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { timestamp } from './ticks.ts';
import { at, never, once, requireText } from './values.ts';

function digits(sql: string, width: number): string {
  return width <= 1 ? `CAST(${sql} AS VARCHAR)` : `lpad(CAST(${sql} AS VARCHAR), ${width}, '0')`;
}

const hour24 = (t: string) => `${t} // 36000000000 % 24`;
const hour12 = (t: string) => `(${t} // 36000000000 + 11) % 12 + 1`;
const minute = (t: string) => `${t} // 600000000 % 60`;
const second = (t: string) => `${t} // 10000000 % 60`;

/** The first `width` digits of the second's fraction. */
function fraction(t: string, width: number): string {
  return digits(`${t} % 10000000 // ${10n ** BigInt(7 - width)}`, width);
}

/** Both letters of a pair: one digit at least, or two. */
function pair(letter: string, value: Field): [string, Field][] {
  return [
    [letter.repeat(2), (t) => digits(value(t), 2)],
    [letter, (t) => digits(value(t), 1)],
  ];
}

const fractions: [string, Field][] = Array.from({ length: 7 }, (_, i) => 7 - i).flatMap((width): [string, Field][] => [
  ['f'.repeat(width), (t) => fraction(t, width)],
  ['F'.repeat(width), (t) => `rtrim(${fraction(t, width)}, '0')`],
]);

/** Kusto's specifiers of `format_datetime`, the longer before the shorter; there are no names of days or months. */
const datetimeFields: readonly [string, Field][] = [
  ['yyyy', (t) => digits(`year(${timestamp(t)})`, 4)],
  ...pair('y', (t) => `year(${timestamp(t)}) % 100`),
  ...pair('M', (t) => `month(${timestamp(t)})`),
  ...pair('d', (t) => `day(${timestamp(t)})`),
  ...pair('H', hour24),
  ...pair('h', hour12),
  ...pair('m', minute),
  ...pair('s', second),
  ['tt', (t) => `CASE WHEN ${hour24(t)} < 12 THEN 'AM' ELSE 'PM' END`],
  ...fractions,
];

/** Those of `format_timespan`, over the absolute value. */
const timespanFields: readonly [string, Field][] = [
  ...Array.from({ length: 8 }, (_, i): [string, Field] => [
    'd'.repeat(8 - i),
    (t) => digits(`${t} // ${ticksPerDay}`, 8 - i),
  ]),
  ...pair('H', hour24),
  ...pair('h', hour24),
  ...pair('m', minute),
  ...pair('s', second),
  ...fractions,
];

/** A format text as the SQL parts of a concatenation. */
function parts(format: string, fields: readonly [string, Field][], t: string, call: CallContext): string[] {
  const result: string[] = [];
  for (let rest = format; rest !== ''; ) {
    const found = fields.find(([specifier]) => rest.startsWith(specifier));
    const head = rest[0] ?? '';
    if (found !== undefined) {
      result.push(found[1](t));
      rest = rest.slice(found[0].length);
    } else if (delimiters.has(head)) {
      result.push(literal(head));
      rest = rest.slice(1);
    } else {
      call.refuse(`${call.name} does not know '${head}' in '${format}'`, 'Kusto refuses it too');
    }
  }
  return result;
}

const formatDatetime: ScalarFunction = {
  emit(args, call) {
    const format = requireText(args, 1, call, 'the format');
    return once(at(args, 0).sql, '_kql_t', (t) => `coalesce(${joined(parts(format, datetimeFields, t, call))}, '')`);
  },
  nullable: never,
};

/** `-` in front of a negative timespan. */
const formatTimespan: ScalarFunction = {
  emit(args, call) {
    const format = requireText(args, 1, call, 'the format');
    return once(at(args, 0).sql, '_kql_t', (t) => {
      const sign = `CASE WHEN ${t} < 0 THEN '-' ELSE '' END`;
      // The least timespan has no absolute value in 64 bits.
      const size = `CASE WHEN ${t} < 0 THEN -CAST(${t} AS HUGEINT) ELSE ${t} END`;
      const shown = once(size, '_kql_a', (a) => joined([sign, ...parts(format, timespanFields, a, call)]));
      return `coalesce(${shown}, '')`;
    });
  },
  nullable: never,
};

function joined(list: readonly string[]): string {
  return list.length === 0 ? `''` : list.map((part) => `(${part})`).join(' || ');
}

/** `format_bytes(size[, precision[, units]])`: 1024 apart, rounded, without trailing zeros. */
const formatBytes: ScalarFunction = {
  emit(args, call) {
    const size = at(args, 0);
    const precision =
      args[1] === undefined ? 0 : Number(args[1].constant ?? call.refuse('format_bytes needs a constant precision'));
    if (!Number.isInteger(precision) || precision < 0 || precision > 15)
      return call.refuse('format_bytes takes a precision from 0 to 15');
    const unit = args[2] === undefined ? undefined : requireText(args, 2, call, 'the units');
    const shown = (power: number) => {
      const scaled = `round(CAST(_kql_n AS DOUBLE) / ${1024n ** BigInt(power)}, ${precision})`;
      return `regexp_replace(CAST(CAST(${scaled} AS DECIMAL(38, ${precision})) AS VARCHAR), '\\.?0+$', '')`;
    };
    const text = (power: number) => {
      const number =
        precision === 0
          ? `CAST(CAST(round(CAST(_kql_n AS DOUBLE) / ${1024n ** BigInt(power)}) AS BIGINT) AS VARCHAR)`
          : shown(power);
      return `${number} || ' ${units[power]}'`;
    };
    const body =
      unit === undefined
        ? `CASE ${units
            .slice(1)
            .map((_, i) => `WHEN abs(CAST(_kql_n AS DOUBLE)) < ${1024n ** BigInt(i + 1)} THEN ${text(i)}`)
            .join(' ')} ELSE ${text(6)} END`
        : text(
            units.includes(unit) ? units.indexOf(unit) : call.refuse(`format_bytes does not know the unit '${unit}'`),
          );
    return `coalesce(list_transform([CAST(${size.sql} AS BIGINT)], lambda _kql_n: ${body})[1], '')`;
  },
  nullable: never,
};

export const formatFunctions: Readonly<Record<string, ScalarFunction>> = {
  format_datetime: formatDatetime,
  format_timespan: formatTimespan,
  format_bytes: formatBytes,
};
