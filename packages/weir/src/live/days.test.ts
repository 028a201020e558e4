import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ticksPerDay } from '@weir/kql/types';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { deviceNetworkEvents, networkFlows, rolledUp, rollups } from '../tables/index.ts';
import { checkLake } from './check.ts';
import { dayToKeep } from './days.ts';
import { homePaths } from './home.ts';
import { Home } from './live.fixture.ts';
import type { LiveLake } from './liveLake.ts';
import type { Snapshot } from './snapshot.ts';

const table = deviceNetworkEvents;

interface Put {
  /** The evidence time of each row, of days from the first on; null: it has none. */
  readonly add: readonly (number | null)[];
  readonly gone: readonly number[];
}

/** Rows that are told apart by their bytes; of a negative number from a flow that began long before. */
async function put(home: Home, lake: LiveLake, { add, gone }: Put, next: () => number): Promise<void> {
  const from = await home.scratch();
  if (add.length > 0) {
    const first = (home.clock.now() / ticksPerDay - 6n) * ticksPerDay;
    const rows = add.map((time) => {
      const evidence = time === null ? 'NULL' : `${first + BigInt(Math.floor(Math.abs(time) * 864e9))}`;
      return `(${next()}, ${evidence}::BIGINT, ${time !== null && time < 0 ? first : evidence}::BIGINT)`;
    });
    await from.append(
      table,
      `SELECT *, 'ws-' || "BytesSent" % 3 AS "DeviceName", 'ConnectionSuccess' AS "ActionType", 'flow' AS "FusionRule",
         'Public' AS "RemoteIPType", CASE WHEN "BytesSent" % 2 = 0 THEN 'browser' ELSE '' END AS "ProgramKind" FROM (VALUES ${rows.join(', ')}) v("BytesSent", "EvidenceTime", "Timestamp")`,
      [
        'BytesSent',
        'EvidenceTime',
        'Timestamp',
        'DeviceName',
        'ActionType',
        'FusionRule',
        'RemoteIPType',
        'ProgramKind',
      ],
    );
  }
  const snapshot = lake.snapshot();
  const positions = `SELECT segment, "row" FROM (${snapshot.placed(table)}) WHERE "BytesSent" IN (${gone.join(', ')})`;
  await lake.commit({ from, ...(gone.length > 0 && { replaced: new Map([[table, positions]]) }) });
  snapshot.release();
}

async function view(home: Home, snapshot: Snapshot): Promise<unknown[]> {
  await snapshot.show(home.engine);
  return Promise.all(rollups.map(({ name }) => home.engine.rows(`FROM "${name}" ORDER BY ALL`)));
}

/** What it is without any day that is kept. */
async function reckoned(home: Home, snapshot: Snapshot): Promise<unknown[]> {
  await snapshot.show(home.engine);
  return Promise.all(rollups.map((each) => home.engine.rows(`FROM (${rolledUp(each)}) ORDER BY ALL`)));
}

const act = fc.record({
  add: fc.array(
    fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -59, max: 59 }).map((n) => n / 10) }, fc.constant(null)),
    {
      maxLength: 5,
    },
  ),
  gone: fc.array(fc.nat(12), { maxLength: 2 }),
  // What else is done to the lake before days are kept.
  besides: fc.constantFrom('', '', 'merge', 'drop', 'open', 'lose', 'lose a day'),
  keep: fc.nat(4),
});

test(
  'law: with kept days the rollups are what they are without, whatever is committed, replaced, merged, dropped or lost',
  () =>
    Home.with(async (home) => {
      const seen = { kept: 0, touched: 0 };
      let rows = 0;
      const next = () => rows++;
      await fc.assert(
        fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 7 }), async (acts) => {
          let lake = await home.lake();
          await lake.drop(lake.standing().segments.get(table.name) ?? []);
          const work = await home.scratch();
          const snapshots: { snapshot: Snapshot; rows: unknown[] }[] = [];
          for (const [index, { add, gone, besides, keep }] of acts.entries()) {
            const before = lake.standing().days.length;
            const there = await home.engine.rows<{ b: bigint }>(
              `SELECT "BytesSent" AS b FROM (${lake.snapshot().rows(table)}) ORDER BY b`,
            );
            const replaced = [...new Set(gone.flatMap((at) => there.at(-1 - at)?.b ?? []))].map(Number);
            await put(home, lake, { add, gone: replaced }, next);
            if (lake.standing().days.length < before) seen.touched += 1;
            const segments = (lake.standing().segments.get(table.name) ?? []).filter(({ kind }) => kind !== 'past');
            const [first] = segments;
            if (besides === 'merge' && first)
              await lake.merge(home.engine, { table, segments, forget: -1n }, join(work.directory, `m${index}`));
            if (besides === 'drop' && first) await lake.drop([first]);
            if (besides === 'lose' && first) await rm(first.file);
            if (besides === 'lose a day' && lake.standing().days[0]) await rm(lake.standing().days[0]?.file ?? '');
            if (besides === 'open' || besides.startsWith('lose')) {
              // Nobody reads on in what is gone, or when the service has ended.
              snapshots.length = 0;
              lake = await home.lake();
            }
            for (let n = 0; n < keep; n++) {
              const day = dayToKeep(lake.standing(), home.clock.now(), 0n);
              if (day === undefined) break;
              expect(await lake.keepDay(home.engine, day, join(work.directory, `d${index}`))).toBe(true);
            }
            seen.kept += lake.standing().days.length;
            const snapshot = lake.snapshot();
            const right = await reckoned(home, snapshot);
            expect(await view(home, snapshot)).toEqual(right);
            snapshots.push({ snapshot, rows: right });
            await lake.sweep();
            home.clock.time += 10_000_000n;
          }
          for (const { snapshot, rows } of snapshots) expect(await view(home, snapshot)).toEqual(rows);
          for (const { snapshot } of snapshots) snapshot.release();
        }),
        { numRuns: Number(process.env.WEIR_RUNS ?? 12) },
      );
      expect(seen.kept).toBeGreaterThan(20);
      expect(seen.touched).toBeGreaterThan(0);
    }),
  120_000,
);

test('a day is kept when it is over and quiet, and not where its rows become others meanwhile', () =>
  Home.with(async (home) => {
    const lake = await home.lake();
    const next = () => 1;
    await put(home, lake, { add: [4.5, 5.5, 6.1], gone: [] }, next);
    const day = (n: bigint) => (home.clock.now() / ticksPerDay - 6n + n) * ticksPerDay;
    const quiet = 600n * 10_000_000n;
    expect(dayToKeep(lake.standing(), home.clock.now(), quiet)).toBeUndefined();
    home.clock.time += quiet;
    expect(dayToKeep(lake.standing(), home.clock.now(), quiet)).toBe(day(5n));
    const scratch = join(home.folder, 'work', 'day');
    const engine = {
      run: async (sql: string) => {
        await put(home, lake, { add: [5.6], gone: [] }, next);
        return home.engine.run(sql);
      },
    } as typeof home.engine;
    expect(await lake.keepDay(engine, day(5n), scratch)).toBe(false);
    expect(lake.standing().days).toEqual([]);
    expect(await nodeDisk.list(home.segments)).toHaveLength(2);
    expect(await lake.keepDay(home.engine, day(5n), scratch)).toBe(true);
    // Rows of other tables and of other days leave it as it is.
    await put(home, lake, { add: [4.6], gone: [] }, next);
    const other = await home.scratch();
    await other.append(networkFlows, `SELECT ${day(5n)} AS "Timestamp"`, ['Timestamp']);
    await lake.commit({ from: other });
    // One of what left, and one of each of two hours.
    expect(lake.standing().days).toMatchObject([{ day: day(5n), rows: 3 }]);
  }));

test('the check finds a kept day that says other than its rows', () =>
  Home.with(async (home) => {
    const [lake, journal] = [await home.lake(), await home.openJournal()];
    await journal.close();
    await put(home, lake, { add: [1.5, 2.5], gone: [] }, () => 7);
    for (const n of [1n, 2n])
      await lake.keepDay(
        home.engine,
        (home.clock.now() / ticksPerDay - 6n + n) * ticksPerDay,
        join(home.folder, 'work', 'day'),
      );
    const check = async () =>
      (await checkLake({ paths: homePaths(home.folder), store: home.store, disk: nodeDisk, engine: home.engine }))
        .problems;
    expect(await check()).toEqual([]);
    const [one] = lake.standing().days;
    home.store.statement('UPDATE egress_day SET day = day + ? WHERE day = ?').run(7n * ticksPerDay, one?.day ?? 0n);
    expect(await check()).toEqual([
      expect.stringMatching(/^EgressDaily: .*not what the connections say/),
      expect.stringMatching(/^DeviceHours: .*not what the connections say/),
    ]);
  }));
