import { maxTicks, ticksPerDay } from '../../../types.ts';
import { epochMicros, isNear } from '../../common/ticks.ts';
import type { Arg, CallContext } from '../../emit.ts';
import { bigint, constantInteger, long, once } from './values.ts';

/** TIMESTAMP of a datetime's ticks. The seventh decimal is not in it: callers carry `ticks % 10` themselves. */
export function timestamp(ticks: string): string {
  return `make_timestamp(${ticks} // 10 - ${epochMicros})`;
}

/** Ticks of a TIMESTAMP. */
export function ticksOf(stamp: string): string {
  return `(epoch_us(${stamp}) + ${epochMicros}) * 10`;
}

/** A sum (BIGINT or HUGEINT) that leaves the range of datetimes is null. */
export function inDatetimeRange(ticks: string): string {
  return once(ticks, '_kql_t', (t) => `CASE WHEN ${t} BETWEEN 0 AND ${maxTicks} THEN CAST(${t} AS BIGINT) END`);
}

/** `count` periods of a fixed length, moved from a datetime. A constant that no datetime can stand makes null. */
export function movedBy(ticks: string, count: Arg, length: bigint): string {
  const constant = constantInteger(count);
  if (constant === undefined) return inDatetimeRange(`(${ticks} + CAST(${long(count)} AS HUGEINT) * ${length})`);
  const shift = constant * length;
  if (shift > maxTicks || shift < -maxTicks) return 'CAST(NULL AS BIGINT)';
  return inDatetimeRange(`(${ticks} + ${bigint(shift)})`);
}

/** `now()` moved by a span: the plain sum where it cannot leave the range. */
export function fromNow(sign: '+' | '-', span: Arg, call: CallContext): string {
  return isNear(span)
    ? `(${call.now} ${sign} ${long(span)})`
    : inDatetimeRange(`(${call.now} ${sign} CAST(${long(span)} AS HUGEINT))`);
}

/** Months that `to_months` takes whatever the count: beyond 120 000 every datetime is left anyway. */
export function monthsOf(count: Arg, size: number): string {
  const constant = constantInteger(count);
  const farthest = 120_000n;
  if (constant !== undefined) {
    const months = constant * BigInt(size);
    return `CAST(${months > farthest ? farthest : months < -farthest ? -farthest : months} AS INTEGER)`;
  }
  return once(
    `CAST(${long(count)} AS HUGEINT) * ${size}`,
    '_kql_c',
    (c) =>
      `CAST(CASE WHEN ${c} > ${farthest} THEN ${farthest} WHEN ${c} < -${farthest} THEN -${farthest} ELSE ${c} END AS INTEGER)`,
  );
}

/** `2020-01-02T03:04:05.6000000Z`: always seven decimals. */
export function datetimeText(ticks: string): string {
  return once(
    ticks,
    '_kql_t',
    (t) => `coalesce(strftime(${timestamp(t)}, '%Y-%m-%dT%H:%M:%S.%f') || CAST(${t} % 10 AS VARCHAR) || 'Z', '')`,
  );
}

/** .NET's "c" form: `1.02:03:04`, with `.1234567` only where there is a fraction, `-` in front. */
export function timespanText(ticks: string): string {
  return once(ticks, '_kql_t', (t) => {
    // Part by part, because the least timespan has no absolute value.
    const size = (divisor: bigint) => `abs(${t} // ${divisor})`;
    const pad = (part: string, width = 2) => `lpad(CAST(${part} AS VARCHAR), ${width}, '0')`;
    return (
      `coalesce(CASE WHEN ${t} < 0 THEN '-' ELSE '' END || ` +
      `CASE WHEN ${t} // ${ticksPerDay} <> 0 THEN CAST(${size(ticksPerDay)} AS VARCHAR) || '.' ELSE '' END || ` +
      `${pad(`${size(36_000_000_000n)} % 24`)} || ':' || ${pad(`${size(600_000_000n)} % 60`)} || ':' || ` +
      `${pad(`${size(10_000_000n)} % 60`)} || ` +
      `CASE WHEN ${t} % 10000000 = 0 THEN '' ELSE '.' || ${pad(`abs(${t} % 10000000)`, 7)} END, '')`
    );
  });
}
