import { ticksPerDay } from '../../../types.ts';
import { at, isInteger, never, requireText } from '../../common/arguments.ts';
import { delimiters, type Field, units } from '../../common/format.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { timestamp } from './ticks.ts';
import { once } from './values.ts';

/** At least `width` digits. */
function digits(sql: string, width: number): string {
  if (width <= 1) return `toString(${sql})`;
  return once(`toString(${sql})`, '_kql_d', (d) => `leftPad(${d}, greatest(${width}, length(${d})), '0')`);
}

const hour24 = (t: string) => `(intDiv(${t}, 36000000000) % 24)`;
const hour12 = (t: string) => `((intDiv(${t}, 36000000000) + 11) % 12 + 1)`;
const minute = (t: string) => `(intDiv(${t}, 600000000) % 60)`;
const second = (t: string) => `(intDiv(${t}, 10000000) % 60)`;

/** The first `width` digits of the second's fraction. */
function fraction(t: string, width: number): string {
  return digits(`intDiv(${t} % 10000000, ${10n ** BigInt(7 - width)})`, width);
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
  ['F'.repeat(width), (t) => `trimRight(${fraction(t, width)}, '0')`],
]);

/** Kusto's specifiers of `format_datetime`, the longer before the shorter; there are no names of days or months. */
const datetimeFields: readonly [string, Field][] = [
  ['yyyy', (t) => digits(`toYear(${timestamp(t)})`, 4)],
  ...pair('y', (t) => `(toYear(${timestamp(t)}) % 100)`),
  ...pair('M', (t) => `toMonth(${timestamp(t)})`),
  ...pair('d', (t) => `toDayOfMonth(${timestamp(t)})`),
  ...pair('H', hour24),
  ...pair('h', hour12),
  ...pair('m', minute),
  ...pair('s', second),
  ['tt', (t) => `if(${hour24(t)} < 12, 'AM', 'PM')`],
  ...fractions,
];

/** Those of `format_timespan`, over the absolute value. */
const timespanFields: readonly [string, Field][] = [
  ...Array.from({ length: 8 }, (_, i): [string, Field] => [
    'd'.repeat(8 - i),
    (t) => digits(`intDiv(${t}, ${ticksPerDay})`, 8 - i),
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

/** NULL gives `''`. */
function joined(list: readonly string[]): string {
  return `ifNull(${list.length === 0 ? `''` : list.join(' || ')}, '')`;
}

const formatDatetime: ScalarFunction = {
  emit(args, call) {
    const format = requireText(args, 1, call, 'the format');
    return once(at(args, 0).sql, '_kql_t', (t) => joined(parts(format, datetimeFields, t, call)));
  },
  nullable: never,
};

/** `-` in front of a negative timespan. */
const formatTimespan: ScalarFunction = {
  emit(args, call) {
    const format = requireText(args, 1, call, 'the format');
    return once(at(args, 0).sql, '_kql_t', (t) => {
      // The least timespan has no absolute value in 64 bits.
      const shown = once(`abs(toInt128(${t}))`, '_kql_a', (a) => joined(parts(format, timespanFields, a, call)));
      return `if(ifNull(${t}, 0) < 0, '-', '') || ${shown}`;
    });
  },
  nullable: never,
};

/** `format_bytes(size[, precision[, units]])`: 1024 apart, rounded half away from zero, without trailing zeros. */
const formatBytes: ScalarFunction = {
  emit(args, call) {
    const size = at(args, 0);
    const precision =
      args[1] === undefined ? 0 : Number(args[1].constant ?? call.refuse('format_bytes needs a constant precision'));
    if (!Number.isInteger(precision) || precision < 0 || precision > 15)
      return call.refuse('format_bytes takes a precision from 0 to 15');
    const unit = args[2] === undefined ? undefined : requireText(args, 2, call, 'the units');
    const shown = (n: string, power: number) =>
      `toString(${rounded(`(toFloat64(${n}) / ${1024n ** BigInt(power)})`, precision)}) || ' ${units[power]}'`;
    return `ifNull(${once(wholeOf(size), '_kql_n', (n) => {
      if (unit !== undefined) {
        const index = units.indexOf(unit);
        return shown(n, index >= 0 ? index : call.refuse(`format_bytes does not know the unit '${unit}'`));
      }
      const steps = units.slice(1).map((_, i) => `abs(toFloat64(${n})) < ${1024n ** BigInt(i + 1)}, ${shown(n, i)}`);
      return `multiIf(${steps.join(', ')}, ${shown(n, 6)})`;
    })}, '')`;
  },
  nullable: never,
};

/** A size as a whole number, rounded half away from zero; a whole number as it is, which a Float64 may not hold. */
function wholeOf({ sql, type }: Arg): string {
  if (isInteger(type)) return `toInt64(${sql})`;
  return `accurateCastOrNull(${rounded(`toFloat64(${sql})`, 0)}, 'Int64')`;
}

/** Half away from zero; ClickHouse's own `round` of a Float64 goes to the even number. A number too large for digits
 *  there is itself. */
export function rounded(real: string, precision: number): string {
  const scale = `1e${precision}`;
  return once(
    real,
    '_kql_q',
    (q) =>
      `if(abs(${q}) * ${scale} < 9007199254740992, if(${q} < 0, -1, 1) * floor(abs(${q}) * ${scale} + 0.5) / ${scale}, ${q})`,
  );
}

export const formatFunctions: Readonly<Record<string, ScalarFunction>> = {
  format_datetime: formatDatetime,
  format_timespan: formatTimespan,
  format_bytes: formatBytes,
};
