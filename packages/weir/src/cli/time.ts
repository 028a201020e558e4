import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import { UserError } from '../model/userError.ts';

const moment = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A moment as a person types it, to ticks: `2026-03-12`, `2026-03-12T10:00`, `2026-03-12T10:00:00.1234567Z`, with an
 *  offset or without; without one it is UTC. */
export function parseMoment(text: string, option: string): bigint {
  const match = moment.exec(text.trim());
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match ?? [];
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const whole = match ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`) : Number.NaN;
  // A day that the month does not have is taken for one of the next month.
  const exists = new Date(Date.parse(`${year}-${month}-${day}T00:00:00Z`)).getUTCDate() === Number(day);
  if (Number.isNaN(whole) || !exists) {
    throw new UserError('TIME_INVALID', option, `${text} is not a moment`, 'Write it like 2026-03-12T10:00:00Z.');
  }
  return BigInt(whole / 1000) * ticksPerSecond + BigInt(fraction.padEnd(7, '0')) + unixEpochTicks;
}

const units: Readonly<Record<string, bigint>> = { s: 1n, m: 60n, h: 3600n, d: 86_400n };

/** A duration as a person types it, to ticks: `0`, `90s`, `5m`, `1h`, `2d`. */
export function parseDelay(text: string, option: string): bigint {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? (text.trim() === '0' ? ['', '0', 's'] : []);
  const size = unit === undefined ? undefined : units[unit];
  if (count === undefined || size === undefined) {
    throw new UserError('TIME_INVALID', option, `${text} is no duration`, 'Write it like 90s, 5m, 1h or 2d.');
  }
  return BigInt(count) * size * ticksPerSecond;
}

/** The present, in ticks: the one place where the command line reads the clock. */
export function presentTicks(): bigint {
  return BigInt(Date.now()) * (ticksPerSecond / 1000n) + unixEpochTicks;
}
