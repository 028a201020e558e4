import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../model/clock.ts';

/** A clock that goes as the machine's does, but begins at a moment that tests know. */
export function steadyClock(): Clock {
  const begun = process.hrtime.bigint();
  return {
    now: () => 638_000_000_000_000_000n + (process.hrtime.bigint() - begun) / 100n,
    sleep: (ticks, signal) => setTimeout(Number(ticks / 10_000n), undefined, signal ? { signal } : {}),
  };
}
