import { maxTicks, ticksPerDay } from '../../../types.ts';
import { anyNullable, at, checkParts, constantInteger, requireText } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { daysOf, inDatetimeRange, timestamp } from './ticks.ts';
import { int64, long, once } from './values.ts';

const day = int64(ticksPerDay);
const week = int64(7n * ticksPerDay);

type Period = 'day' | 'week' | 'month' | 'year';

/** The start of the period that holds `ticks`. Tick 0 is a Monday; Kusto's weeks start on the Sunday before it. */
function startOf(period: Period, ticks: string): string {
  switch (period) {
    case 'day':
      return `(${ticks} - ${ticks} % ${day})`;
    case 'week':
      return `(${ticks} - (${ticks} + ${day}) % ${week})`;
    case 'month':
      return `(${ticks} - ${ticks} % ${day} - (toDayOfMonth(${timestamp(ticks)}) - 1) * ${day})`;
    case 'year':
      return `(${ticks} - ${ticks} % ${day} - (toDayOfYear(${timestamp(ticks)}) - 1) * ${day})`;
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
        const { span } = at(args, 0);
        const own = args[1] ?? { sql: int64(0), type: 'long', constant: 0n, nullable: false, span };
        return inDatetimeRange(`(${movedStart(period, t, own, 1n)} - 1)`);
      }),
  };
}

/** The start of the period that is `offset + more` periods away. The year 10000 is there for the end of 9999. */
function movedStart(period: Period, ticks: string, offset: Arg, more: bigint): string {
  const constant = constantInteger(offset);
  const count = constant === undefined ? `(toInt128(${long(offset)}) + ${more})` : `toInt128(${constant + more})`;
  if (period === 'day' || period === 'week')
    return `(${startOf(period, ticks)} + ${count} * ${period === 'day' ? day : week})`;
  const months = period === 'year' ? 12 : 1;
  const first =
    period === 'year'
      ? `toInt64(toYear(${timestamp(ticks)})) * 12`
      : `toInt64(toYear(${timestamp(ticks)})) * 12 + toMonth(${timestamp(ticks)}) - 1`;
  const clamped = `toInt64(greatest(least(${count}, 200000), -200000))`;
  return once(
    `(${first} + ${clamped} * ${months})`,
    '_kql_m',
    (m) =>
      `if(${m} BETWEEN 12 AND 120000, toInt64(${daysOf(`intDiv(${m}, 12)`, `(${m} % 12 + 1)`, '1')}) * ${ticksPerDay}, NULL)`,
  );
}

/** The calendar's fields of a datetime. */
const fields: Readonly<Record<string, (ticks: string) => string>> = {
  year: (t) => `toYear(${timestamp(t)})`,
  quarter: (t) => `toQuarter(${timestamp(t)})`,
  month: (t) => `toMonth(${timestamp(t)})`,
  week_of_year: (t) => `toISOWeek(${timestamp(t)})`,
  day: (t) => `toDayOfMonth(${timestamp(t)})`,
  dayofyear: (t) => `toDayOfYear(${timestamp(t)})`,
  hour: (t) => `(intDiv(${t}, 36000000000) % 24)`,
  minute: (t) => `(intDiv(${t}, 600000000) % 60)`,
  second: (t) => `(intDiv(${t}, 10000000) % 60)`,
  millisecond: (t) => `(intDiv(${t}, 10000) % 1000)`,
  microsecond: (t) => `(intDiv(${t}, 10) % 1000000)`,
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
  return `${call.type === 'int' ? 'toInt32' : 'toInt64'}(${sql})`;
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
  emit: (args) => `(intDiv((${at(args, 0).sql} + ${day}) % ${week}, ${day}) * ${day})`,
  nullable: anyNullable,
};

/** `make_datetime(year, month, day[, hour, minute, second])`: a part out of range makes null. */
const makeDatetime: ScalarFunction = {
  emit(args, call) {
    if (args.length < 3) return call.refuse('make_datetime needs year, month and day');
    checkParts(args, 5, call);
    const [hour, minute] = [args[3] ? long(args[3]) : '0', args[4] ? long(args[4]) : '0'];
    const seconds = args[5] ? secondTicks(args[5].sql) : '0';
    return once(long(at(args, 0)), '_kql_y', (y) =>
      once(long(at(args, 1)), '_kql_n', (n) =>
        once(long(at(args, 2)), '_kql_d', (d) => {
          const first = daysOf(y, n, '1');
          const length = `(${daysOf(`(${y} + intDiv(${n}, 12))`, `(${n} % 12 + 1)`, '1')} - ${first})`;
          const inside =
            `${y} BETWEEN 1 AND 9999 AND ${n} BETWEEN 1 AND 12 AND ${d} BETWEEN 1 AND ${length} ` +
            `AND ${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 AND ${seconds} BETWEEN 0 AND 599999999`;
          return (
            `if(${inside}, toInt64(${first} + ${d} - 1) * ${ticksPerDay} ` +
            `+ ${hour} * 36000000000 + ${minute} * 600000000 + ${seconds}, NULL)`
          );
        }),
      ),
    );
  },
};

/** Seconds, whole or real, as ticks; null beyond 64 bits. */
function secondTicks(seconds: string): string {
  return once(`round(toFloat64(${seconds}) * 10000000)`, '_kql_r', (r) => `if(abs(${r}) < 9e18, toInt64(${r}), NULL)`);
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
      `if(${hour} BETWEEN 0 AND 23 AND ${minute} BETWEEN 0 AND 59 AND ${seconds} BETWEEN 0 AND 599999999 ` +
      `AND ${days} BETWEEN 0 AND ${maxTicks / ticksPerDay}, ` +
      `toInt64(${days} * ${ticksPerDay} + ${hour} * 36000000000 + ${minute} * 600000000 + ${seconds}), NULL)`
    );
  },
};

/** `unixtime_…_todatetime`: `ticks` of one unit. */
function unixTime(ticks: bigint | 'nanoseconds'): ScalarFunction {
  return {
    emit(args, call) {
      const arg = at(args, 0);
      checkParts(args, ticks === 'nanoseconds' || arg.type === 'decimal' ? 1 : 0, call);
      if (ticks === 'nanoseconds') return inDatetimeRange(`(toInt128(intDiv(${long(arg)}, 100)) + 621355968000000000)`);
      if (arg.type !== 'real') return inDatetimeRange(`(toInt128(${long(arg)}) * ${ticks} + 621355968000000000)`);
      const scaled = once(`${arg.sql} * ${ticks}`, '_kql_r', (r) => `if(abs(${r}) < 9e18, toInt64(${r}), NULL)`);
      return inDatetimeRange(`(toInt128(${scaled}) + 621355968000000000)`);
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
