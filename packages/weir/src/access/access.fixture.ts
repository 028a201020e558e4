import { createHash } from 'node:crypto';
import type { Audit, AuditEntry } from '../model/audit.ts';
import { Store } from '../store/store.ts';
import { Access } from './access.ts';
import { hour } from './ground.ts';

/** Access over a store in memory, with a clock that the test moves, bytes that come again, and a trail to look at. */
export function accessOverMemory(store = Store.open(':memory:'), into?: Audit) {
  let now = 638_000_000_000_000_000n;
  let drawn = 0;
  const trail: AuditEntry[] = [];
  const clock = {
    now: () => now,
    sleep: async (ticks: bigint) => {
      now += ticks;
    },
  };
  const random = (bytes: number): Uint8Array => {
    drawn += 1;
    return createHash('shake256', { outputLength: bytes }).update(`draw ${drawn}`).digest();
  };
  const audit: Audit = (entry) => {
    trail.push(entry);
    into?.(entry);
  };
  const access = new Access({ store, clock, random, audit, sessions: { idle: 2n * hour, absolute: 12n * hour } });
  return { access, store, clock, random, audit, trail, pass: (ticks: bigint) => clock.sleep(ticks) };
}
