import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { deviceNetworkEvents, networkFlows, type Table } from '../tables/index.ts';
import { Home } from './live.fixture.ts';
import type { LiveLake } from './liveLake.ts';
import { LakeReader } from './reader.ts';
import type { Snapshot } from './snapshot.ts';

/** Adds rows that are told apart by their bytes, in place of others. */
async function put(
  home: Home,
  lake: LiveLake,
  {
    table = networkFlows,
    add = [],
    instead = [],
  }: { table?: Table; add?: readonly number[]; instead?: readonly number[] },
): Promise<bigint> {
  const from = await home.scratch();
  if (add.length > 0) {
    const values = add.map((bytes) => `(${bytes}, ${bytes}::BIGINT * 10)`).join(', ');
    await from.append(table, `SELECT * FROM (VALUES ${values}) v("BytesSent", "Timestamp")`, [
      'BytesSent',
      'Timestamp',
    ]);
  }
  const snapshot = lake.snapshot();
  const positions = `SELECT segment, "row" FROM (${snapshot.placed(table)}) WHERE "BytesSent" IN (${instead.join(', ')})`;
  try {
    return await lake.commit({ from, ...(instead.length > 0 && { replaced: new Map([[table, positions]]) }) });
  } finally {
    snapshot.release();
  }
}

async function bytes(home: Home, sql: string): Promise<number[]> {
  const rows = await home.engine.rows<{ b: bigint }>(`SELECT "BytesSent" AS b FROM (${sql}) ORDER BY b`);
  return rows.map(({ b }) => Number(b));
}

describe('a lake that goes on', () => {
  test('shows each table and rollup, empty or not, with when Weir had its rows', () =>
    Home.with(async (home) => {
      const lake = await home.lake();
      const first = await put(home, lake, { table: deviceNetworkEvents, add: [1, 2] });
      home.clock.time += 5n;
      const second = await put(home, lake, { table: deviceNetworkEvents, add: [3], instead: [2] });
      const snapshot = lake.snapshot();
      await snapshot.show(home.engine);
      expect(
        await home.engine.rows(
          'SELECT "BytesSent", "CommitSeq", "ArrivedAt", "TimeGenerated", "DeviceName" FROM "DeviceNetworkEvents" ORDER BY 1',
        ),
      ).toEqual([
        { BytesSent: 1n, CommitSeq: first, ArrivedAt: home.clock.time - 5n, TimeGenerated: 10n, DeviceName: '' },
        { BytesSent: 3n, CommitSeq: second, ArrivedAt: home.clock.time, TimeGenerated: 30n, DeviceName: '' },
      ]);
      expect(await home.engine.rows('FROM "DnsEvents"')).toEqual([]);
      expect(await home.engine.rows('SELECT count(*)::INTEGER AS n FROM "EgressDaily"')).toEqual([{ n: 1 }]);
      expect(snapshot.count(deviceNetworkEvents)).toBe(2);
    }));

  test(
    'law: every snapshot sees its rows for good, and what was added and replaced since any other',
    () =>
      Home.with(async (home) => {
        const steps = fc.array(fc.record({ add: fc.nat(4), instead: fc.array(fc.nat(30), { maxLength: 4 }) }), {
          minLength: 1,
          maxLength: 7,
        });
        const lake = await home.lake();
        let next = 0;
        await fc.assert(
          fc.asyncProperty(steps, async (drawn) => {
            const base = lake.snapshot();
            let rows = await bytes(home, base.rows(networkFlows));
            const seen: { snapshot: Snapshot; rows: number[] }[] = [{ snapshot: base, rows }];
            for (const { add, instead } of drawn) {
              const gone = [...new Set(instead.flatMap((at) => rows.at(-1 - at) ?? []))];
              const added = Array.from({ length: add }, () => next++);
              await put(home, lake, { add: added, instead: gone });
              rows = [...rows.filter((row) => !gone.includes(row)), ...added];
              seen.push({ snapshot: lake.snapshot(), rows });
            }
            await lake.sweep();
            for (const [at, { snapshot, rows }] of seen.entries()) {
              expect(await bytes(home, snapshot.rows(networkFlows))).toEqual(rows);
              expect(snapshot.count(networkFlows)).toBe(rows.length);
              for (const earlier of seen.slice(0, at)) {
                const { seq } = earlier.snapshot;
                expect(await bytes(home, snapshot.added(networkFlows, seq))).toEqual(
                  rows.filter((row) => !earlier.rows.includes(row)),
                );
                expect(await bytes(home, snapshot.replaced(networkFlows, seq))).toEqual(
                  earlier.rows.filter((row) => !rows.includes(row)),
                );
              }
            }
            for (const { snapshot } of seen) snapshot.release();
          }),
          { numRuns: 12 },
        );
      }),
    120_000,
  );

  test('knows which tables each change is of: not that compaction puts rows together, but that some are gone', () =>
    Home.with(async (home) => {
      const lake = await home.lake();
      const touched = (since: bigint) =>
        [networkFlows, deviceNetworkEvents].flatMap(({ name }) => (lake.isTouched([name], since) ? [name] : []));
      const first = await put(home, lake, { add: [1, 2] });
      expect(touched(0n)).toEqual(['NetworkFlows']);
      const second = await put(home, lake, { table: deviceNetworkEvents, add: [3] });
      expect([touched(first), touched(second)]).toEqual([['DeviceNetworkEvents'], []]);
      const third = await put(home, lake, { instead: [2] });
      expect([touched(second), touched(third)]).toEqual([['NetworkFlows'], []]);
      const segments = lake.standing().segments.get(networkFlows.name) ?? [];
      const merge = { table: networkFlows, segments, forget: 0n };
      await lake.merge(home.engine, merge, join(home.folder, 'merging'));
      expect(lake.seq).toBeGreaterThan(third);
      expect(touched(third)).toEqual([]);
      const merged = lake.standing().segments.get(networkFlows.name) ?? [];
      const last = await lake.drop(merged.filter(({ kind }) => kind !== 'past'));
      expect([touched(third), touched(last)]).toEqual([['NetworkFlows'], []]);
      // What was before it began is not known.
      expect((await home.lake()).isTouched([deviceNetworkEvents.name], third)).toBe(true);
    }));

  test('has of a span no fewer rows than have a time in it, and reads no more files', () =>
    Home.with(async (home) => {
      const lake = await home.lake();
      await put(home, lake, { add: [1, 5] });
      await put(home, lake, { add: [7, 9] });
      const snapshot = lake.snapshot();
      expect(await bytes(home, snapshot.rows(networkFlows, { from: 60n, until: 80n }))).toEqual([7, 9]);
      expect(await bytes(home, snapshot.rows(networkFlows, { from: 50n, until: 70n }))).toEqual([1, 5, 7, 9]);
    }));

  test('refuses to replace a row twice, and leaves nothing of a commit that failed', () =>
    Home.with(async (home) => {
      const lake = await home.lake();
      await put(home, lake, { add: [1, 2] });
      const old = lake.snapshot();
      await put(home, lake, { add: [3], instead: [2] });
      const positions = `SELECT segment, "row" FROM (${old.placed(networkFlows)})`;
      const from = await home.scratch();
      await from.append(networkFlows, 'SELECT 4 AS "BytesSent"', ['BytesSent']);
      const replaced = new Map([[networkFlows, positions]]);
      await expect(lake.commit({ from, replaced })).rejects.toThrow('replaced before');
      const also = () => {
        throw new Error('not this one');
      };
      const another = await home.scratch();
      await another.append(networkFlows, 'SELECT 4 AS "BytesSent"', ['BytesSent']);
      await expect(lake.commit({ from: another, also })).rejects.toThrow('not this one');
      expect(await nodeDisk.list(home.segments)).toHaveLength(3);
      expect(await bytes(home, lake.snapshot().rows(networkFlows))).toEqual([1, 3]);
      expect((await put(home, lake, { add: [5] })) > old.seq).toBe(true);
    }));

  test('opened again it is as it was, without strange files; lost ones are told, and seen again when they are back', () =>
    Home.with(async (home) => {
      const first = await home.lake();
      await put(home, first, { add: [1, 2] });
      await put(home, first, { add: [3], instead: [1] });
      await writeFile(join(home.segments, 'NetworkFlows-000000099.parquet'), 'left by a crash');
      const again = await home.lake();
      expect(again.lost).toEqual([]);
      expect(await bytes(home, again.snapshot().rows(networkFlows))).toEqual([2, 3]);
      const names = await nodeDisk.list(home.segments);
      expect(names).toHaveLength(3);
      const tombstones = join(home.segments, names.find((name) => name.startsWith('tombstones')) ?? '');
      const content = await nodeDisk.read(tombstones, 0, 100_000);
      await rm(tombstones);
      const without = await home.lake();
      expect(without.lost.map(({ rows }) => rows)).toEqual([2]);
      expect(await bytes(home, without.snapshot().rows(networkFlows))).toEqual([3]);
      await writeFile(tombstones, content);
      expect(await bytes(home, (await home.lake()).snapshot().rows(networkFlows))).toEqual([2, 3]);
    }));
});

test('another process reads under a lease that it loses when it is no longer renewed', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    await put(home, lake, { add: [1] });
    const { store, clock, segments: directory } = home;
    const idle = { now: () => clock.now(), sleep: () => new Promise<void>(() => undefined) };
    const reader = new LakeReader({ store, directory, clock: idle, holder: 'a query' });
    const snapshot = reader.snapshot();
    const leases = () => store.statement('SELECT holder FROM lease').all();
    expect(leases()).toEqual([{ holder: 'a query' }]);
    await lake.sweep();
    expect(leases()).toHaveLength(1);
    clock.time += 61n * 10_000_000n;
    await lake.sweep();
    expect(leases()).toEqual([]);
    snapshot.release();
  }));
