import type { Store } from './store.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const day = 24n * hour;
/** A clock that is farther ahead than this at once has leapt. */
const farthest = 2n * day;
/** So long it has to stand. Looks that are farther apart than `together` tell nothing of the time between them. */
const standing = day;
const together = hour;

/** The time by which what is old is forgotten, ticks: `now`, the clock's, as long as it goes as clocks do. Where it leaps ahead,
 *  as a machine's that starts with a wrong one until it is set, the time goes on from where it was, and the leap is believed
 *  when it has stood for a day in which somebody looked. So after half a year in which the service did not run what is old goes
 *  a day later, and a wrong clock costs nothing. The store keeps it across starts. */
export function ageTime(store: Store, now: bigint): bigint {
  const row = store.statement('SELECT believed, leapt, stood FROM age_time').get();
  const [believed, leapt, stood] = [row?.believed, row?.leapt, row?.stood] as [
    bigint | undefined,
    bigint | null | undefined,
    bigint | undefined,
  ];
  if (believed === undefined || now <= believed + farthest) {
    if (believed === undefined || leapt !== null || now < believed || now - believed >= minute)
      write(store, { believed: now, leapt: null, stood: 0n });
    return now;
  }
  // A leap that was taken back in part is another one.
  const since = leapt === undefined || leapt === null || now < leapt ? undefined : now - leapt;
  const passed = since !== undefined && since <= together ? since : 0n;
  const total = since === undefined ? 0n : (stood ?? 0n) + passed;
  if (total >= standing) {
    write(store, { believed: now, leapt: null, stood: 0n });
    return now;
  }
  if (since === undefined || since >= minute) write(store, { believed, leapt: now, stood: total });
  return believed + total;
}

function write(
  store: Store,
  { believed, leapt, stood }: { readonly believed: bigint; readonly leapt: bigint | null; readonly stood: bigint },
): void {
  store
    .statement(`INSERT INTO age_time VALUES (1, ?, ?, ?)
      ON CONFLICT DO UPDATE SET believed = excluded.believed, leapt = excluded.leapt, stood = excluded.stood`)
    .run(believed, leapt, stood);
}
