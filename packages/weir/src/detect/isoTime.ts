import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';

const moment = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?Z)?$/;

/** `2026-03-12`, `2026-03-12T10:00Z`, `2026-03-12T10:00:00.1234567Z` to ticks; undefined for anything else. */
export function isoToTicks(text: string): bigint | undefined {
  const match = moment.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match;
  const whole = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A day that the month does not have is taken for one of the next month.
  const exists = new Date(Date.parse(`${year}-${month}-${day}T00:00:00Z`)).getUTCDate() === Number(day);
  if (Number.isNaN(whole) || !exists) return undefined;
  return BigInt(whole / 1000) * ticksPerSecond + BigInt(fraction.padEnd(7, '0')) + unixEpochTicks;
}
