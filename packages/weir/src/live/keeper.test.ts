import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import type { Engine } from '../engine/engine.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { Keeper } from './keeper.ts';
import { Home } from './live.fixture.ts';
import type { LiveLake } from './liveLake.ts';
import { type Keeping, nextMerge, toDrop } from './plan.ts';
import type { LiveSegment } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

const table = deviceNetworkEvents;
const second = 10_000_000n;
const forEver: Keeping = { history: 1_000_000n * second, age: undefined, bytes: undefined };

interface Put {
  readonly add: readonly number[];
  readonly gone: readonly number[];
  /** Where the rows stand that are gone. */
  readonly snapshot?: Snapshot;
}

async function put(home: Home, lake: LiveLake, { add, gone, snapshot = lake.snapshot() }: Put): Promise<void> {
  const from = await home.scratch();
  if (add.length > 0) {
    const values = add.map((bytes) => `(${bytes}, ${home.clock.now()})`).join(', ');
    const columns = ['BytesSent', 'Timestamp', ...(add.length % 2 ? ['DeviceName'] : [])];
    const rows = `SELECT *, 'ws' AS "DeviceName" FROM (VALUES ${values}) v("BytesSent", "Timestamp")`;
    await from.append(table, rows, columns);
  }
  const positions = `SELECT segment, "row" FROM (${snapshot.placed(table)}) WHERE "BytesSent" IN (${gone.join(', ')})`;
  await lake.commit({ from, ...(gone.length > 0 && { replaced: new Map([[table, positions]]) }) });
  snapshot.release();
}

/** Rows as they are seen, with what tells their version. */
async function seen(home: Home, sql: string): Promise<string[]> {
  const rows = await home.engine.rows<{ row: string }>(
    `SELECT concat_ws(' ', "BytesSent", "CommitSeq", "ArrivedAt", "DeviceName", "Timestamp") AS row FROM (${sql}) ORDER BY "BytesSent"`,
  );
  return rows.map(({ row }) => row);
}

async function keeperOf(home: Home, lake: LiveLake, keeping: Keeping): Promise<Keeper> {
  return Keeper.open({
    ...{ lake, store: home.store, clock: home.clock, keeping, work: join(home.folder, 'work', 'keep') },
    engine: { memoryMb: 300, threads: 2, spillDirectory: join(home.folder, 'spill') },
    onTrouble: (message) => home.troubles.push(message),
  });
}

const act = fc.record({
  add: fc.nat(4),
  gone: fc.array(fc.nat(20), { maxLength: 3 }),
  // Which of the segments are written anew.
  merge: fc.option(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })),
  // The commit comes before or after that, after it of rows that were looked up before it, or while it goes on.
  when: fc.constantFrom('before', 'after', 'looked up', 'while'),
});

/** An engine that does something else before it gives its first answer. */
function interrupted(engine: Engine, work: () => Promise<void>): Engine {
  let done = false;
  const after = async <Result>(result: Promise<Result>): Promise<Result> => {
    const given = await result;
    if (!done) {
      done = true;
      await work();
    }
    return given;
  };
  return { run: (sql: string) => after(engine.run(sql)), rows: (sql: string) => after(engine.rows(sql)) } as Engine;
}

test(
  'law: whatever is merged, and whatever comes meanwhile, every snapshot sees what it saw, and what changed between any two',
  () =>
    Home.with(async (home) => {
      let next = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 7 }), async (acts) => {
          const lake = await home.lake();
          const work = await home.scratch();
          const snapshots: { snapshot: Snapshot; rows: string[] }[] = [];
          const numbers: number[] = [];
          const take = async (): Promise<void> => {
            const snapshot = lake.snapshot();
            snapshots.push({ snapshot, rows: await seen(home, snapshot.rows(table)) });
          };
          await take();
          for (const [index, { add, gone, merge, when }] of acts.entries()) {
            home.clock.time += second;
            const replaced = [...new Set(gone.flatMap((at) => numbers.at(-1 - at) ?? []))];
            const fresh = Array.from({ length: add }, () => next++);
            const segments = lake.standing().segments.get(table.name) ?? [];
            const chosen = segments.filter(({ kind }, at) => kind !== 'past' && merge?.[at % (merge.length || 1)]);
            const forget = -1n;
            const scratch = join(work.directory, `${index}`);
            const merging = async (engine: Engine): Promise<void> => {
              if (chosen.length > 0) await lake.merge(engine, { table, segments: chosen, forget }, scratch);
            };
            const coming = { add: fresh, gone: replaced };
            if (when === 'while' && chosen.length > 0)
              await merging(interrupted(home.engine, () => put(home, lake, coming)));
            else {
              const snapshot = lake.snapshot();
              if (when !== 'before') await merging(home.engine);
              await put(home, lake, when === 'looked up' ? { ...coming, snapshot } : coming);
              if (when !== 'looked up') snapshot.release();
              if (when === 'before') await merging(home.engine);
            }
            for (const number of replaced) numbers.splice(numbers.indexOf(number), 1);
            numbers.push(...fresh);
            await take();
            await lake.sweep();
          }
          const told = (rows: readonly string[]) => rows.map((row) => Number(row.split(' ')[0]));
          const there = [...told(snapshots[0]?.rows ?? []), ...numbers].sort((a, b) => a - b);
          expect(told(snapshots.at(-1)?.rows ?? [])).toEqual(there);
          for (const [at, { snapshot, rows }] of snapshots.entries()) {
            expect(await seen(home, snapshot.rows(table))).toEqual(rows);
            expect(snapshot.count(table)).toBe(rows.length);
            for (const earlier of snapshots.slice(0, at)) {
              const { seq } = earlier.snapshot;
              expect(snapshot.remembers(seq)).toBe(true);
              expect(await seen(home, snapshot.added(table, seq))).toEqual(
                rows.filter((row) => !earlier.rows.includes(row)),
              );
              expect(await seen(home, snapshot.replaced(table, seq))).toEqual(
                earlier.rows.filter((row) => !rows.includes(row)),
              );
            }
          }
          for (const { snapshot } of snapshots) snapshot.release();
          await lake.sweep();
          const files = lake.standing().segments.get(table.name) ?? [];
          const known = new Set(files.flatMap(({ file, tombstones }) => [file, ...tombstones.map((one) => one.file)]));
          expect((await nodeDisk.list(home.segments)).map((name) => join(home.segments, name))).toEqual(
            [...known].sort(),
          );
        }),
        { numRuns: 25 },
      );
    }),
  300_000,
);

test(
  'many segments become few, replaced rows go once their history is over, and old rows go',
  () =>
    Home.with(async (home) => {
      const lake = await home.lake();
      const keeping: Keeping = { history: 3_600n * second, age: 30n * 86_400n * second, bytes: undefined };
      const keeper = await keeperOf(home, lake, keeping);
      for (let at = 0; at < 25; at += 1) {
        home.clock.time += second;
        await put(home, lake, { add: [at], gone: at > 0 && at % 5 === 0 ? [at - 1] : [] });
      }
      const before = lake.snapshot();
      const rows = await seen(home, before.rows(table));
      while (await keeper.step());
      const few = (lake.standing().segments.get(table.name) ?? []).map(({ kind }) => kind);
      expect(few.filter((kind) => kind !== 'past').length).toBeLessThan(10);
      expect(await nodeDisk.list(join(home.folder, 'work', 'keep'))).toEqual([]);
      const after = lake.snapshot();
      expect(await seen(home, after.rows(table))).toEqual(rows);
      expect(after.remembers(before.seq - 20n)).toBe(true);
      home.clock.time += 2n * 3_600n * second;
      while (await keeper.step());
      const later = lake.snapshot();
      expect(later.remembers(before.seq - 20n)).toBe(false);
      expect(later.remembers(before.seq)).toBe(true);
      expect(await seen(home, later.rows(table))).toEqual(rows);
      expect(lake.retainedFrom).toBeUndefined();
      home.pass(31n * 86_400n * second);
      while (await keeper.step());
      expect(await seen(home, lake.snapshot().rows(table))).toEqual([]);
      expect(await seen(home, lake.snapshot().replaced(table, later.seq))).toEqual([]);
      expect(lake.retainedFrom).toBeDefined();
      expect(await seen(home, later.rows(table))).toEqual(rows);
      keeper.close();
    }),
  60_000,
);

test('where segments take too much the oldest go', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    for (let at = 0; at < 4; at += 1) {
      home.clock.time += 86_400n * second;
      await put(home, lake, { add: [at], gone: [] });
    }
    const sizes = (lake.standing().segments.get(table.name) ?? []).map(({ bytes }) => bytes);
    const keeper = await keeperOf(home, lake, { ...forEver, bytes: (sizes[2] ?? 0) + (sizes[3] ?? 0) + 10 });
    await keeper.step();
    const kept = await seen(home, lake.snapshot().rows(table));
    expect(kept.map((row) => row.split(' ')[0])).toEqual(['2', '3']);
    keeper.close();
  }));

test('rows that are older than rows are kept, and have just come, stay as long as new ones', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const age = 30n * 86_400n * second;
    const present = home.clock.time;
    home.clock.time -= 400n * 86_400n * second;
    const from = await home.scratch();
    await from.append(table, `SELECT 1 AS "BytesSent", ${home.clock.now()} AS "Timestamp"`, ['BytesSent', 'Timestamp']);
    home.clock.time = present;
    await lake.commit({ from });
    const keeper = await keeperOf(home, lake, { ...forEver, age });
    await keeper.step();
    expect(lake.snapshot().count(table)).toBe(1);
    home.pass(age + second);
    await keeper.step();
    expect(lake.snapshot().count(table)).toBe(0);
    keeper.close();
  }));

test('a row whose clock is years ahead keeps its segment no longer than others, and says nothing of what else is gone', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const day = 86_400n * second;
    const age = 30n * day;
    const ahead = home.clock.time + 70n * 365n * day;
    const from = await home.scratch();
    await from.append(table, `SELECT 1 AS "BytesSent", ${ahead} AS "Timestamp"`, ['BytesSent', 'Timestamp']);
    await lake.commit({ from });
    const arrived = home.clock.time;
    const keeper = await keeperOf(home, lake, { ...forEver, age });
    home.pass(age + day);
    await keeper.step();
    expect(lake.snapshot().count(table)).toBe(1);
    home.clock.time += second;
    await keeper.step();
    expect(lake.snapshot().count(table)).toBe(0);
    expect(lake.retainedFrom).toBe(arrived + day);
    keeper.close();
  }));

test('a clock that is wrong for a while drops nothing; after a long rest what is old goes when a day has passed', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    await put(home, lake, { add: [1], gone: [] });
    const day = 86_400n * second;
    const present = home.clock.time;
    const step = async () => {
      // As after a start.
      const keeper = await keeperOf(home, lake, { ...forEver, age: 90n * day });
      await keeper.step();
      keeper.close();
      return lake.snapshot().count(table);
    };
    expect(await step()).toBe(1);
    home.clock.time = present + 100n * day;
    expect(await step()).toBe(1);
    home.clock.time = present + second;
    expect(await step()).toBe(1);
    home.clock.time = present + 100n * day;
    expect(await step()).toBe(1);
    home.pass(day, day / 24n);
    expect(await step()).toBe(0);
  }));

test('what keeps it from its work is told until a step goes well', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const told: string[] = [];
    const ending = new AbortController();
    const keeper = await Keeper.open({
      ...{ store: home.store, clock: home.clock, keeping: forEver, work: join(home.folder, 'work', 'keep') },
      lake: Object.create(lake, {
        sweep: {
          value: async () => {
            if (told.length === 0) throw new Error('the disk is full');
          },
        },
        standing: { value: () => lake.standing() },
        lost: { get: () => lake.lost },
      }),
      engine: { memoryMb: 300, threads: 2, spillDirectory: join(home.folder, 'spill') },
      onTrouble: (message) => told.push(message),
      onWell: () => {
        told.push('well');
        ending.abort();
      },
    });
    await keeper.run(second, ending.signal);
    expect(told).toEqual(['the lake is not kept: the disk is full', 'well']);
    keeper.close();
  }));

test('at the signal a merge under way is given up, and nothing of it is left', () =>
  Home.with(async (home) => {
    const ending = new AbortController();
    let merging = false;
    const disk = {
      ...nodeDisk,
      rename: async (from: string, to: string) => {
        await nodeDisk.rename(from, to);
        if (merging) ending.abort();
      },
    };
    const lake = await home.lake(disk);
    for (let at = 0; at < 12; at += 1) {
      home.clock.time += second;
      await put(home, lake, { add: [at], gone: at === 11 ? [3] : [] });
    }
    const before = lake.standing().segments.get(table.name);
    const files = await nodeDisk.list(home.segments);
    const keeper = await keeperOf(home, lake, forEver);
    merging = true;
    await keeper.run(second, ending.signal);
    merging = false;
    expect(home.troubles).toEqual([]);
    expect(lake.standing().segments.get(table.name)).toEqual(before);
    expect(await nodeDisk.list(home.segments)).toEqual(files);
    expect(await nodeDisk.list(join(home.folder, 'work', 'keep'))).toEqual([]);
    while (await keeper.step());
    expect((lake.standing().segments.get(table.name) ?? []).filter(({ kind }) => kind !== 'past')).toHaveLength(1);
    keeper.close();
  }));

test('a segment that is lost is told until its rows would be too old', () =>
  Home.with(async (home) => {
    const first = await home.lake();
    await put(home, first, { add: [1, 2], gone: [] });
    const [name = ''] = await nodeDisk.list(home.segments);
    await nodeDisk.remove(join(home.segments, name));
    const lake = await home.lake();
    const keeper = await keeperOf(home, lake, { ...forEver, age: 100n * second });
    await keeper.step();
    expect(lake.lost.map((one) => one.name)).toEqual([name]);
    home.clock.time += 101n * second;
    await keeper.step();
    expect(lake.lost).toEqual([]);
    keeper.close();
  }));

test('what the lake may take counts its kept days, and one that goes makes no others go', () => {
  const day = 864_000_000_000n;
  const segment = (id: number, at: bigint): LiveSegment => ({
    ...{ id, file: `${id}`, table: table.name, rows: 1, bytes: 100, holds: new Set(), kind: 'written' },
    ...{ firstCommit: 1n, lastCommit: 1n, lastReplaced: undefined, arrivedAt: at, keptAt: at, tombstones: [] },
    ...{ span: { from: at, until: at }, evidence: { from: at, until: at } },
  });
  const segments = new Map([[table.name, [1, 2, 3].map((n) => segment(n, BigInt(n) * day))]]);
  const days = [1n, 2n].map((n) => ({ day: n * day, file: `${n}`, rows: 1, bytes: 50 }));
  const dropped = (bytes: number) => toDrop({ segments, days }, 4n * day, { ...forEver, bytes }).map(({ id }) => id);
  expect(dropped(400)).toEqual([]);
  expect(dropped(399)).toEqual([1]);
  expect(dropped(250)).toEqual([1]);
  expect(dropped(249)).toEqual([1, 2]);
});

test('segments of which much was replaced are written anew with those of their day alone', () => {
  const day = 864_000_000_000n;
  const segment = (id: number, at: bigint): LiveSegment => ({
    ...{ id, file: `${id}`, table: table.name, rows: 2, bytes: 100, holds: new Set(), kind: 'written' },
    ...{ firstCommit: 1n, lastCommit: 1n, lastReplaced: undefined, arrivedAt: at, keptAt: at },
    ...{ span: { from: at, until: at }, evidence: { from: at, until: at } },
    tombstones: [{ id, seq: 1n, at, file: `${id}.gone`, rows: 1 }],
  });
  const segments = new Map([[table.name, [segment(1, day), segment(2, 5n * day), segment(3, day + 1n)]]]);
  expect(nextMerge(segments, 9n * day, forEver)?.segments.map(({ id }) => id)).toEqual([1, 3]);
});
