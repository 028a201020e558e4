import { maxTicks, ticksPerDay } from '../../../types.ts';
import { checkParts } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { inDatetimeRange, monthsOf, ticksOf, timestamp } from './ticks.ts';
import { anyNullable, at, bigint, constantInteger, long, once, requireText } from './values.ts';

const day = bigint(ticksPerDay);
const week = bigint(7n * ticksPerDay);
/** Tick 0 is a Monday; Kusto's weeks start on the Sunday before it. */
const sundayShift = bigint(ticksPerDay);

type Period = 'day' | 'week' | 'month' | 'year';

/** The start of the period that holds `ticks`. */
function startOf(period: Period, ticks: string): string {
  switch (period) {
    case 'day':
      return `(${ticks} - ${ticks} % ${day})`;
    case 'week':
      return `(${ticks} - (${ticks} + ${sundayShift}) % ${week})`;
    default:
      return `(${ticksOf(`date_trunc('${period}', ${timestamp(ticks)})`)})`;
  }
}

/** The start, moved by whole periods; null where that leaves the range of datetimes. */
function start(period: Period): ScalarFunction {
  return {
    emit: (args) =>
      once(at(args, 0).sql, '_kql_t', (t) => {
        const [, offset] = args;
        if (offset === undefined) return period === 'week' ? inDatetimeRange(startOf(period, t)) : startOf(period, t);
        return inDatetimeRange(movedStart(period, t, offset, 0n));
      }),
    nullable: (args) => anyNullable(args) || period === 'week' || args[1] !== undefined,
  };
}

/** The last tick of the period: one before the next one's start. */
function end(period: Period): ScalarFunction {
  return {
    emit: (args) =>
      once(at(args, 0).sql, '_kql_t', (t) => {
        const own = args[1] ?? none(at(args, 0));
        return inDatetimeRange(`(${movedStart(period, t, own, 1n)} - 1)`);
      }),
  };
}

function none({ span }: Arg): Arg {
  return { sql: bigint(0), type: 'long', constant: 0n, nullable: false, span };
}

/** The start of the period that is `offset + more` periods away, HUGEINT where it may be out of range. */
function movedStart(period: Period, ticks: string, offset: Arg, more: bigint): string {
  const constant = constantInteger(offset);
  const first = startOf(period, ticks);
  if (period === 'day' || period === 'week') {
    const size = (period === 'day' ? 1n : 7n) * ticksPerDay;
    const shift =
      constant === undefined ? `(CAST(${long(offset)} AS HUGEINT) + ${more}) * ${size}` : (constant + more) * size;
    return `(CAST(${first} AS HUGEINT) + ${shift})`;
  }
  const months = period === 'year' ? 12 : 1;
  const count: Arg =
    constant === undefined
      ? { ...offset, type: 'long', sql: `(CAST(${long(offset)} AS HUGEINT) + ${more})` }
      : { ...offset, constant: constant + more };
  const shifted = `date_trunc('${period}', ${timestamp(ticks)}) + to_months(${monthsOf(count, months)})`;
  return `(${ticksOf(shifted)})`;
}

/** The calendar's fields of a datetime, as SQL of the TIMESTAMP or of the ticks. */
const fields: Readonly<Record<string, (ticks: string) => string>> = {
  year: (t) => `year(${timestamp(t)})`,
  quarter: (t) => `quarter(${timestamp(t)})`,
  month: (t) => `month(${timestamp(t)})`,
  week_of_year: (t) => `weekofyear(${timestamp(t)})`,
  day: (t) => `day(${timestamp(t)})`,
  dayofyear: (t) => `dayofyear(${timestamp(t)})`,
  hour: (t) => `(${t} // 36000000000 % 24)`,
  minute: (t) => `(${t} // 600000000 % 60)`,
  second: (t) => `(${t} // 10000000 % 60)`,
  millisecond: (t) => `(${t} // 10000 % 1000)`,
  microsecond: (t) => `(${t} // 10 % 1000000)`,
  nanosecond: (t) => `(${t} % 10000000 * 100)`,
};

function field(name: string): ScalarFunction {
  return {
    emit: (args, call) => whole(fieldOf(name, at(args, 0).sql, call), call),
    nullable: anyNullable,
  };
}

function fieldOf(name: string, ticks: string, call: CallContext): string {
  const emit = fields[name] ?? call.refuse(`${call.name} does not know the part '${name}'`);
  return once(ticks, '_kql_t', emit);
}

function whole(sql: string, call: CallContext): string {
  return `CAST(${sql} AS ${call.type === 'int' ? 'INTEGER' : 'BIGINT'})`;
}

const datetimePart: ScalarFunction = {
  emit(args, call) {
    const part = requireText(args, 0, call, 'the part').toLowerCase();
    return whole(fieldOf(part === 'weekofyear' ? 'week_of_year' : part, at(args, 1).sql, call), call);
  },
  nullable: (args) => at(args, 1).nullable,
};

/** Days since Sunday, as a timespan. */
const dayOfWeek: ScalarFunction = {
  emit: (args) => `((${at(args, 0).sql} + ${sundayShift}) % ${week} // ${day} * ${day})`,
  nullable: anyNullable,
};

/** `make_datetime(year, month, day[, hour, minute, second])`: a part out of range makes null. */
const makeDatetime: ScalarFunction = {
  emit(args, call) {
    if (args.length < 3) return call.refuse('make_datetime needs year, month and day');
    checkParts(args, 5, call);
    const [hour, minute] = [args[3] ? long(args[3]) : '0', args[4] ? long(args[4]) : '0'];
    const seconds = args[5] ? secondTicks(args[5].sql) : '0';
    const parts = `[${[0, 1, 2].map((index) => long(at(args, index))).join(', ')}]`;
    return once(
      parts,
      '_kql_p',
      (p) =>
        `CASE WHEN ${p}[1] BETWEEN 1 AND 9999 AND ${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 ` +
        `AND ${seconds} BETWEEN 0 AND 599999999 ` +
        `THEN ${ticksOf(`TRY(make_timestamp(${p}[1], ${p}[2], ${p}[3], 0, 0, 0.0))`)} ` +
        `+ ${hour} * 36000000000 + ${minute} * 600000000 + ${seconds} END`,
    );
  },
};

/** Seconds, whole or real, as ticks; null beyond 64 bits. */
function secondTicks(seconds: string): string {
  return `TRY_CAST(round(CAST(${seconds} AS DOUBLE) * 10000000) AS BIGINT)`;
}

/** `make_timespan(hours, minutes)`, `(hours, minutes, seconds)` or `(days, hours, minutes, seconds)`. */
const makeTimespan: ScalarFunction = {
  emit(args, call) {
    if (args.length < 2 || args.length > 4) return call.refuse('make_timespan takes two to four numbers');
    checkParts(args, args.length === 2 ? 2 : args.length - 1, call);
    const days = args.length === 4 ? long(at(args, 0)) : '0';
    const rest = args.slice(args.length === 4 ? 1 : 0);
    const [hour, minute] = [long(at(rest, 0)), long(at(rest, 1))];
    const seconds = rest[2] ? secondTicks(rest[2].sql) : '0';
    return (
      `CASE WHEN ${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 AND ${seconds} BETWEEN 0 AND 599999999 ` +
      `AND ${days} BETWEEN 0 AND ${maxTicks / ticksPerDay} ` +
      `THEN ${days} * ${ticksPerDay} + ${hour} * 36000000000 + ${minute} * 600000000 + ${seconds} END`
    );
  },
};

/** `unixtime_…_todatetime`: `ticks` of one unit. */
function unixTime(ticks: bigint | 'nanoseconds'): ScalarFunction {
  return {
    emit(args, call) {
      const arg = at(args, 0);
      checkParts(args, ticks === 'nanoseconds' || arg.type === 'decimal' ? 1 : 0, call);
      const units =
        ticks === 'nanoseconds'
          ? `${long(arg)} // 100`
          : arg.type === 'real'
            ? `TRY_CAST(trunc(${arg.sql} * ${ticks}) AS HUGEINT)`
            : `CAST(${long(arg)} AS HUGEINT) * ${ticks}`;
      return inDatetimeRange(`(${units} + 621355968000000000)`);
    },
  };
}

export const calendarFunctions: Readonly<Record<string, ScalarFunction>> = {
  startofday: start('day'),
  startofweek: start('week'),
  startofmonth: start('month'),
  startofyear: start('year'),
  endofday: end('day'),
  endofweek: end('week'),
  endofmonth: end('month'),
  endofyear: end('year'),
  getyear: field('year'),
  getmonth: field('month'),
  monthofyear: field('month'),
  week_of_year: field('week_of_year'),
  weekofyear: field('week_of_year'),
  dayofmonth: field('day'),
  dayofyear: field('dayofyear'),
  hourofday: field('hour'),
  dayofweek: dayOfWeek,
  datetime_part: datetimePart,
  make_datetime: makeDatetime,
  make_timespan: makeTimespan,
  unixtime_seconds_todatetime: unixTime(10_000_000n),
  unixtime_milliseconds_todatetime: unixTime(10_000n),
  unixtime_microseconds_todatetime: unixTime(10n),
  unixtime_nanoseconds_todatetime: unixTime('nanoseconds'),
};
