import { maxTicks, ticksPerDay, unixEpochTicks } from '../../../types.ts';
import { once } from './values.ts';

const epochMicros = unixEpochTicks / 10n;

/** TIMESTAMP of a datetime's ticks. The seventh decimal is not in it: callers carry `ticks % 10` themselves. */
export function timestamp(ticks: string): string {
  return `make_timestamp(${ticks} // 10 - ${epochMicros})`;
}

/** Ticks of a TIMESTAMP. */
export function ticksOf(stamp: string): string {
  return `(epoch_us(${stamp}) + ${epochMicros}) * 10`;
}

/** A sum that leaves the range of datetimes is null. */
export function inDatetimeRange(ticks: string): string {
  return once(ticks, '_kql_t', (t) => `CASE WHEN ${t} BETWEEN 0 AND ${maxTicks} THEN ${t} END`);
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
    const abs = `abs(${t})`;
    const pad = (part: string, width = 2) => `lpad(CAST(${part} AS VARCHAR), ${width}, '0')`;
    return (
      `coalesce(CASE WHEN ${t} < 0 THEN '-' ELSE '' END || ` +
      `CASE WHEN ${abs} >= ${ticksPerDay} THEN CAST(${abs} // ${ticksPerDay} AS VARCHAR) || '.' ELSE '' END || ` +
      `${pad(`${abs} // 36000000000 % 24`)} || ':' || ${pad(`${abs} // 600000000 % 60`)} || ':' || ` +
      `${pad(`${abs} // 10000000 % 60`)} || ` +
      `CASE WHEN ${t} % 10000000 = 0 THEN '' ELSE '.' || ${pad(`${abs} % 10000000`, 7)} END, '')`
    );
  });
}
