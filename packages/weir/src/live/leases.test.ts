import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { networkFlows } from '../tables/index.ts';
import { withSnapshot } from './home.ts';
import { oldestShared, SharedLeases } from './leases.ts';
import { Home } from './live.fixture.ts';

const second = 10_000_000n;

/** A clock whose sleeps end when it is told so. */
function handClock() {
  let wake = () => {};
  let time = 0n;
  return {
    now: () => time,
    sleep: (_: bigint, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason));
      }),
    /** Lets time pass and what sleeps go on. */
    pass: async (ticks: bigint) => {
      time += ticks;
      wake();
      await new Promise(setImmediate);
    },
  };
}

test('a renewal that fails does not end it: the next one is in time', async () => {
  const store = Store.open(':memory:');
  let locked = false;
  const refusing = {
    statement: (sql: string) => {
      if (locked && sql.startsWith('UPDATE')) throw new Error('database is locked');
      return store.statement(sql);
    },
  } as Store;
  const clock = handClock();
  const leases = new SharedLeases(refusing, clock, 'a test');
  const release = leases.take(3n);
  locked = true;
  await clock.pass(20n * second);
  locked = false;
  await clock.pass(20n * second);
  expect(oldestShared(store, 90n * second, 9n)).toBe(3n);
  expect(leases.ended).toBe(false);
  release();
  expect(oldestShared(store, 90n * second, 9n)).toBe(9n);
  await leases.close();
  store.close();
});

test('who slept over its lease is told that what it read is gone, in place of what failed for it', () =>
  Home.with(async (home) => {
    const read = (asleep: bigint) =>
      withSnapshot(home.folder, { clock: handClock(), holder: 'a test' }, async () => {
        oldestShared(home.store, asleep, 0n);
        throw new Error('No files found that match the pattern');
      });
    await expect(read(59n * second)).rejects.toThrow('No files found');
    await expect(read(61n * second)).rejects.toMatchObject({ code: 'SNAPSHOT_ENDED', place: home.folder });
  }));

test('a segment that is gone is named, in place of what failed for it', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const scratch = await home.scratch();
    await scratch.append(networkFlows, `SELECT 'a' AS "EventId"`, ['EventId']);
    await lake.commit({ from: scratch });
    const read = () =>
      withSnapshot(home.folder, { clock: handClock(), holder: 'a test' }, async ({ snapshot }) => {
        for (const file of snapshot.files) await rm(file);
        throw new Error('No files found that match the pattern');
      });
    await expect(read()).rejects.toMatchObject({ code: 'SEGMENT_MISSING', place: expect.stringContaining('parquet') });
  }));
