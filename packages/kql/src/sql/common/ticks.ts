import { ticksPerDay, unixEpochTicks } from '../../types.ts';
import type { Arg } from '../emit.ts';
import { constantInteger } from './arguments.ts';

export const epochMicros = unixEpochTicks / 10n;

/** Is the span so short that no `now()` of our times leaves the range of datetimes by it? A thousand years. */
export function isNear(span: Arg): boolean {
  const ticks = constantInteger(span);
  return ticks !== undefined && ticks < 365_000n * ticksPerDay && ticks > -365_000n * ticksPerDay;
}
