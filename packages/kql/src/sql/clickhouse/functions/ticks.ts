import { maxTicks, ticksPerDay } from '../../../types.ts';
import { constantInteger } from '../../common/arguments.ts';
import { epochMicros, isNear } from '../../common/ticks.ts';
import type { Arg, CallContext } from '../../emit.ts';
import { int64, long, once } from './values.ts';

/** DateTime64(6) of a datetime's ticks. The seventh decimal is not in it: callers carry `ticks % 10` themselves. */
export function timestamp(ticks: string): string {
  return `fromUnixTimestamp64Micro(intDiv(${ticks}, 10) - ${epochMicros}, 'UTC')`;
}

/** A sum (Int64 or Int128) that leaves the range of datetimes is null. */
export function inDatetimeRange(ticks: string): string {
  return once(ticks, '_kql_t', (t) => `if(${t} BETWEEN 0 AND ${maxTicks}, toInt64(${t}), NULL)`);
}

/** `count` periods of a fixed length, moved from a datetime. */
export function movedBy(ticks: string, count: Arg, length: bigint): string {
  const constant = constantInteger(count);
  if (constant === undefined) return inDatetimeRange(`(${ticks} + toInt128(${long(count)}) * ${length})`);
  const shift = constant * length;
  if (shift > maxTicks || shift < -maxTicks) return 'CAST(NULL AS Nullable(Int64))';
  return inDatetimeRange(`(${ticks} + ${int64(shift)})`);
}

/** `now()` moved by a span: the plain sum where it cannot leave the range. */
export function fromNow(sign: '+' | '-', span: Arg, call: CallContext): string {
  return isNear(span)
    ? `(${call.now} ${sign} ${long(span)})`
    : inDatetimeRange(`(${call.now} ${sign} toInt128(${long(span)}))`);
}

/** Days from 0001-01-01 to a date of the calendar; the month may be 13. */
export function daysOf(year: string, month: string, day: string): string {
  // Years that begin in March have the leap day at their end.
  const shifted = `(${year} - (${month} <= 2))`;
  return (
    `(365 * ${shifted} + intDiv(${shifted}, 4) - intDiv(${shifted}, 100) + intDiv(${shifted}, 400)` +
    ` + intDiv(153 * ((${month} + 9) % 12) + 2, 5) + ${day} - 307)`
  );
}

/** A datetime moved by `count` months (Int64), its day clamped to the month's last; null outside of the range. */
export function movedByMonths(ticks: string, count: string): string {
  return once(ticks, '_kql_t', (t) => {
    const first = `toInt64(toYear(${timestamp(t)})) * 12 + toMonth(${timestamp(t)}) - 1`;
    return once(`(${first} + ${count})`, '_kql_m', (m) => {
      const [year, month] = [`intDiv(${m}, 12)`, `(${m} % 12 + 1)`];
      const start = daysOf(year, month, '1');
      const length = `(${daysOf(`intDiv(${m} + 1, 12)`, `((${m} + 1) % 12 + 1)`, '1')} - ${start})`;
      const days = `${start} + least(toDayOfMonth(${timestamp(t)}), ${length}) - 1`;
      return `if(${m} BETWEEN 12 AND 119999, toInt64(${days}) * ${ticksPerDay} + ${t} % ${ticksPerDay}, NULL)`;
    });
  });
}

/** `2020-01-02T03:04:05.6000000Z`: always seven decimals. */
export function datetimeText(ticks: string): string {
  return once(
    ticks,
    '_kql_t',
    (t) => `ifNull(replaceOne(toString(${timestamp(t)}), ' ', 'T') || toString(${t} % 10) || 'Z', '')`,
  );
}

/** .NET's "c" form: `1.02:03:04`, with `.1234567` only where there is a fraction, `-` in front. */
export function timespanText(ticks: string): string {
  return once(ticks, '_kql_t', (t) => {
    // Part by part, because the least timespan has no absolute value.
    const size = (divisor: bigint) => `abs(intDiv(${t}, ${divisor}))`;
    const pad = (part: string, width = 2) => `leftPad(toString(${part}), ${width}, '0')`;
    return (
      `ifNull(if(${t} < 0, '-', '') || if(intDiv(${t}, ${ticksPerDay}) != 0, toString(${size(ticksPerDay)}) || '.', '') || ` +
      `${pad(`${size(36_000_000_000n)} % 24`)} || ':' || ${pad(`${size(600_000_000n)} % 60`)} || ':' || ` +
      `${pad(`${size(10_000_000n)} % 60`)} || ` +
      `if(${t} % 10000000 = 0, '', '.' || ${pad(`abs(${t} % 10000000)`, 7)}), '')`
    );
  });
}
