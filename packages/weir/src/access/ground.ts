import type { Audit } from '../model/audit.ts';
import type { Clock } from '../model/clock.ts';
import type { Randomness } from '../model/randomness.ts';
import type { Store } from '../store/store.ts';

/** What every part of access stands on. */
export interface Ground {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly audit: Audit;
}

/** Ticks. */
export const second = 10_000_000n;
export const minute = 60n * second;
export const hour = 60n * minute;
export const day = 24n * hour;
