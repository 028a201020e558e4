import { ticksPerDay } from '../../../types.ts';
import { isNear } from '../../common/ticks.ts';
import type { ScalarFunction } from '../../emit.ts';
import { fromNow, inDatetimeRange, monthsOf, movedBy, ticksOf, timestamp } from './ticks.ts';
import { anyNullable, at, bigint, long, once, requireText, wrapped64 } from './values.ts';

/** Periods of a fixed length, in ticks. */
const fixed: Readonly<Record<string, bigint>> = {
  week: 7n * ticksPerDay,
  day: ticksPerDay,
  hour: 36_000_000_000n,
  minute: 600_000_000n,
  second: 10_000_000n,
  millisecond: 10_000n,
  microsecond: 10n,
};

/** Periods of the calendar, in months. */
const calendar: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };

/** `datetime_add`: months clamp to the month's last day; the time of day is kept to the tick. */
const datetimeAdd: ScalarFunction = {
  emit(args, call) {
    const period = requireText(args, 0, call, 'the period').toLowerCase();
    const count = at(args, 1);
    const length = fixed[period];
    if (length !== undefined) return movedBy(at(args, 2).sql, count, length);
    if (period === 'nanosecond') return inDatetimeRange(`(${at(args, 2).sql} + ${long(count)} // 100)`);
    const months = calendar[period] ?? call.refuse(`datetime_add does not know the period '${period}'`);
    return once(at(args, 2).sql, '_kql_t', (t) =>
      inDatetimeRange(`(${ticksOf(`${timestamp(t)} + to_months(${monthsOf(count, months)})`)} + ${t} % 10)`),
    );
  },
};

/** `datetime_diff`: the number of period boundaries between the two; weeks begin on Sunday and are counted as a real. */
const datetimeDiff: ScalarFunction = {
  emit(args, call) {
    const period = requireText(args, 0, call, 'the period').toLowerCase();
    const [left, right] = [at(args, 1).sql, at(args, 2).sql];
    if (period === 'nanosecond') return wrapped64(`CAST(${left} - ${right} AS HUGEINT) * 100`);
    if (period === 'week') {
      const weeks = (ticks: string) => `(${ticks} + ${bigint(ticksPerDay)}) // ${bigint(7n * ticksPerDay)}`;
      const count = `(${weeks(left)} - ${weeks(right)})`;
      return call.type === 'real' ? `CAST(${count} AS DOUBLE)` : count;
    }
    const length = fixed[period];
    if (length !== undefined) return `((${left}) // ${bigint(length)} - (${right}) // ${bigint(length)})`;
    if (calendar[period] === undefined) return call.refuse(`datetime_diff does not know the period '${period}'`);
    return `date_diff('${period}', ${timestamp(`(${right})`)}, ${timestamp(`(${left})`)})`;
  },
  nullable: anyNullable,
};

const now: ScalarFunction = {
  emit: (args, call) => (args[0] === undefined ? call.now : fromNow('+', args[0], call)),
  nullable: (args) => args[0] !== undefined && !isNear(args[0]),
};

const ago: ScalarFunction = {
  emit: (args, call) => fromNow('-', at(args, 0), call),
  nullable: (args) => !isNear(at(args, 0)),
};

export const datetimeFunctions: Readonly<Record<string, ScalarFunction>> = {
  now,
  ago,
  datetime_add: datetimeAdd,
  datetime_diff: datetimeDiff,
};
