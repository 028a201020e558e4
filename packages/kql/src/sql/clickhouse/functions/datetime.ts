import { ticksPerDay } from '../../../types.ts';
import { anyNullable, at, requireText } from '../../common/arguments.ts';
import { isNear } from '../../common/ticks.ts';
import type { ScalarFunction } from '../../emit.ts';
import { fromNow, inDatetimeRange, movedBy, movedByMonths, timestamp } from './ticks.ts';
import { long, once } from './values.ts';

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
    const [count, ticks] = [at(args, 1), at(args, 2).sql];
    const length = fixed[period];
    if (length !== undefined) return movedBy(ticks, count, length);
    if (period === 'nanosecond') return inDatetimeRange(`(${ticks} + intDiv(${long(count)}, 100))`);
    const months = calendar[period] ?? call.refuse(`datetime_add does not know the period '${period}'`);
    // More than all years there are leaves them too, and does not overflow.
    return movedByMonths(ticks, `greatest(least(${long(count)}, 200000), -200000) * ${months}`);
  },
};

/** `datetime_diff`: the number of period boundaries between the two; weeks begin on Sunday and are counted as a real. */
const datetimeDiff: ScalarFunction = {
  emit(args, call) {
    const period = requireText(args, 0, call, 'the period').toLowerCase();
    const [left, right] = [at(args, 1).sql, at(args, 2).sql];
    if (period === 'nanosecond') return `((${left} - ${right}) * 100)`;
    if (period === 'week') {
      const weeks = (ticks: string) => `intDiv(${ticks} + ${ticksPerDay}, ${7n * ticksPerDay})`;
      const count = `(${weeks(left)} - ${weeks(right)})`;
      return call.type === 'real' ? `toFloat64(${count})` : count;
    }
    const length = fixed[period];
    if (length !== undefined) return `(intDiv(${left}, ${length}) - intDiv(${right}, ${length}))`;
    const months = calendar[period] ?? call.refuse(`datetime_diff does not know the period '${period}'`);
    const index = (ticks: string) =>
      once(
        ticks,
        '_kql_t',
        (t) => `intDiv(toInt64(toYear(${timestamp(t)})) * 12 + toMonth(${timestamp(t)}) - 1, ${months})`,
      );
    return `(${index(left)} - ${index(right)})`;
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
