import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { detailColumns } from '../detect/details.ts';
import { Evidence } from '../detect/evidence.ts';
import { findingsOf } from '../detect/findings.ts';
import type { InlineRow } from '../detect/inlineRows.ts';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { runAtMoments } from '../detect/runRule.ts';
import {
  type DrawnRow,
  drawnRow,
  drawnRule,
  minute,
  networkRow,
  ofGroups,
  ofOneTable,
  processRow,
  ruleOf,
} from '../detect/sweep.fixture.ts';
import { tickAtOrAfter } from '../detect/ticks.ts';
import { Home } from '../live/live.fixture.ts';
import type { Finding } from '../model/finding.ts';
import { Store } from '../store/store.ts';
import { weirSchema } from '../tables/index.ts';
import { bringUp, type LiveRule } from './bringUp.ts';
import { gapsOf } from './gaps.ts';
import { around, Book, engineOf, put, type Rows } from './live.fixture.ts';
import { ruleState } from './ruleState.ts';

const start = 1_000_000n * minute;

/** A record: what it was when it came, at which step, and what it is from a later step on, where it changes. */
const record = fc.record({
  first: fc
    .tuple(drawnRow, fc.constantFrom(0, 45, 90, 200, 780))
    .map(([row, later]) => ({ ...row, at: row.at + later })),
  came: fc.integer({ min: 0, max: 4 }),
  change: fc.option(fc.record({ to: fc.option(drawnRow), after: fc.integer({ min: 1, max: 3 }) }), { freq: 3 }),
  table: fc.constantFrom('DeviceNetworkEvents', 'DeviceNetworkEvents', 'DeviceProcessEvents'),
});
type DrawnRecord = typeof record extends fc.Arbitrary<infer R> ? R : never;

/** What happens after the rows of a step are there. */
const happening = fc.constantFrom('run', 'run', 'run', 'nothing', 'crash', 'restart', 'restart');

/** Rules that look at each row once. */
const rowWise = fc.tuple(ofOneTable, fc.integer({ min: 5, max: 40 })).map(([drawn, minutes]) => ({
  ...drawn,
  query: `DeviceNetworkEvents\n| where EvidenceTime > ago(${minutes}m) and BytesSent > 30`,
  trigger: { operator: 'GreaterThan' as const, threshold: 0 },
}));

type Drawn = Parameters<typeof ruleOf>[0];

function liveRule(drawn: Drawn, quiet: number): LiveRule {
  const rule = ruleOf(drawn);
  const weir = { ...rule.weir, finding: { ...rule.weir.finding, quiet: BigInt(quiet) * minute } };
  return { rule: { ...rule, weir, schedule: drawn.schedule }, revision: '1', since: 0n };
}

function rowsOf(records: readonly (readonly [DrawnRow, number, string])[]): Rows {
  const rows: Record<string, InlineRow[]> = {};
  for (const [row, index, table] of records) {
    const made = table === 'DeviceNetworkEvents' ? networkRow(row, index) : processRow({ ...row, lasts: 0 }, index);
    rows[table] = [...(rows[table] ?? []), made];
  }
  return rows;
}

/** The rows of a step, and the ids of those that they replace or that are gone. */
function stepOf(records: readonly DrawnRecord[], step: number) {
  const added: [DrawnRow, number, string][] = [];
  const instead: string[] = [];
  for (const [index, { first, came, change, table }] of records.entries()) {
    if (came === step) added.push([first, index, table]);
    if (change === null || came + change.after !== step) continue;
    instead.push(table === 'DeviceNetworkEvents' ? `e${index}` : `p${index}`);
    if (change.to !== null) added.push([change.to, index, table]);
  }
  return { add: rowsOf(added), instead };
}

function told(findings: Iterable<Finding>): unknown[] {
  const plain = [...findings].map((finding) => ({ ...finding, id: '' }));
  return plain
    .map((finding) => JSON.stringify(finding, (_, value) => (typeof value === 'bigint' ? `${value}` : value)))
    .sort()
    .map((text) => JSON.parse(text));
}

test('law: in whatever order records come, change and go, and whatever stops in between, live ends as a scan of all', async () => {
  const rule = fc.oneof(
    { weight: 3, arbitrary: rowWise },
    { weight: 3, arbitrary: ofGroups },
    { weight: 2, arbitrary: ofOneTable },
    { weight: 3, arbitrary: drawnRule },
  );
  const records = fc.array(record, { minLength: 8, maxLength: 18, size: 'max' });
  const happenings = fc.array(happening, { minLength: 7, maxLength: 7 });
  const seen = { findings: 0, lost: 0 };
  await fc.assert(
    fc.asyncProperty(records, rule, happenings, fc.constantFrom(20, 40), (drawn, drawnAs, steps, quiet) =>
      Home.with(async (home) => {
        const live = liveRule(drawnAs, quiet);
        const { frequency } = drawnAs.schedule;
        const book = new Book();
        let [engine, store] = [await engineOf(home), home.store];
        let lake = await home.lake();
        const room = () => around(home, lake, store, { apply: book.apply });
        let until = tickAtOrAfter(start, frequency);
        const run = async (apply = book.apply) =>
          bringUp(engine, { ...(await room()), apply }, live, { until, due: until, anew: false, now: () => until });
        for (const [step, happens] of [...steps, 'run'].entries()) {
          const { add, instead } = stepOf(drawn, step);
          await put(home, lake, add, instead);
          until = tickAtOrAfter(start + BigInt(step * 120) * minute, frequency);
          if (happens === 'restart') {
            engine.close();
            if (store !== home.store) store.close();
            store = Store.open(join(home.folder, 'weir.db'));
            engine = await engineOf(home);
            lake = await home.lake();
          }
          if (happens === 'crash') {
            const apply = () => {
              throw new Error('the power is gone');
            };
            await run(apply).catch((error: Error) => expect(error.message).toBe('the power is gone'));
          } else if (happens !== 'nothing') await run();
        }
        for (const { findings, judged } of book.told) seen.lost += judged.length - findings.length;
        const looked = ruleState(store, live.rule.id)?.looked;
        const snapshot = lake.snapshot();
        await snapshot.show(engine);
        const query = ruleQuery(live.rule, weirSchema);
        const anew = await Evidence.create(engine, live.rule.weir.finding.key, detailColumns(live.rule));
        if (looked !== undefined) {
          await runAtMoments(engine, live.rule, query, { ...looked, frequency }, anew, { onRuns: () => undefined });
          const found = await findingsOf(engine, live.rule, { tables: query.tables, conditions: [], growth: false });
          seen.findings += found.length;
          expect(told(book.findings.values())).toEqual(told(found.map(({ finding }) => finding)));
        } else expect(book.findings.size).toBe(0);
        snapshot.release();
        engine.close();
        if (store !== home.store) store.close();
      }),
    ),
    { numRuns: 32, endOnFailure: true },
  );
  expect(seen.findings).toBeGreaterThan(30);
  expect(seen.lost).toBeGreaterThan(10);
}, 600_000);

test('a run says how long the first rows that it has not looked at have been there, and its first run does not', () =>
  Home.with(async (home) => {
    const drawn = fc.sample(rowWise, { seed: 1, numRuns: 1 })[0] as Drawn;
    const live = liveRule(drawn, 20);
    const engine = await engineOf(home);
    const lake = await home.lake();
    const waits: bigint[] = [];
    const room = await around(home, lake, home.store, {
      apply: () => undefined,
      onLook: (_, waited) => waits.push(waited),
    });
    const row: DrawnRow = { ...(fc.sample(drawnRow, { seed: 1, numRuns: 1 })[0] as DrawnRow), at: 0 };
    const came = async (...rows: number[]) => {
      for (const index of rows) {
        await put(home, lake, { DeviceNetworkEvents: [networkRow(row, index)] });
        home.clock.time += minute;
      }
      await bringUp(engine, room, live, {
        until: start + 60n * minute,
        due: start + 60n * minute,
        anew: false,
        now: () => home.clock.time,
      });
    };
    await came(1);
    await came(2, 3);
    await came();
    await came(4);
    expect(waits).toEqual([2n * minute, minute]);
    engine.close();
  }));

test('what the store could not write down is made up without looking at everything anew', () =>
  Home.with(async (home) => {
    const [drawn] = fc.sample(rowWise, { seed: 1, numRuns: 1 });
    const live = liveRule(drawn as Drawn, 20);
    const engine = await engineOf(home);
    const lake = await home.lake();
    const book = new Book();
    const row: DrawnRow = { ...(fc.sample(drawnRow, { seed: 1, numRuns: 1 })[0] as DrawnRow), at: 0 };
    const until = start + 60n * minute;
    const run = async (apply = book.apply) =>
      bringUp(engine, await around(home, lake, home.store, { apply }), live, {
        until,
        due: until,
        anew: false,
        now: () => until,
      });
    const eventOf = (index: number) => ({ ...networkRow(row, index), BytesSent: 1_000n });
    await put(home, lake, { DeviceNetworkEvents: [eventOf(1)] });
    expect(await run()).toMatch(/^everything anew/);
    await put(home, lake, { DeviceNetworkEvents: [eventOf(2)] }, ['e1']);
    const full = () => {
      throw new Error('database or disk is full');
    };
    await expect(run(full)).rejects.toThrow('full');
    await put(home, lake, { DeviceNetworkEvents: [eventOf(3)] });
    expect(await run()).not.toMatch(/^everything anew/);
    expect([...book.findings.values()].map(({ evidence }) => evidence.count)).toEqual([2]);
    engine.close();
  }));

test('a near-real-time rule looks at few new rows on one thread, and at all that there was with as many as there are', () =>
  Home.with(async (home) => {
    const drawn = fc.sample(rowWise, { seed: 1, numRuns: 1 })[0] as Drawn;
    const { rule, ...live } = liveRule(drawn, 20);
    const engine = await engineOf(home);
    const lake = await home.lake();
    const room = await around(home, lake, home.store, { apply: () => undefined });
    const alone = vi.spyOn(engine, 'onOneThread');
    const row: DrawnRow = { ...(fc.sample(drawnRow, { seed: 1, numRuns: 1 })[0] as DrawnRow), at: 0 };
    const calls: number[] = [];
    for (const [index, kind] of (['NRT', 'NRT', 'Scheduled'] as const).entries()) {
      await put(home, lake, { DeviceNetworkEvents: [networkRow(row, index)] });
      const until = start + 60n * minute;
      await bringUp(
        engine,
        room,
        { ...live, rule: { ...rule, kind } },
        { until, due: until, anew: false, now: () => until },
      );
      calls.push(alone.mock.calls.length);
    }
    expect(calls).toEqual([0, 1, 1]);
    engine.close();
  }));

test('what a rule over connections cannot see, as it is not fused yet, is a gap until it is', () =>
  Home.with(async (home) => {
    const [drawn] = fc.sample(rowWise, { seed: 1, numRuns: 1 });
    const live = liveRule(drawn as Drawn, 20);
    const engine = await engineOf(home);
    const lake = await home.lake();
    const from = start - 90n * minute;
    const waiting = { from, told: '7 rows are not joined to connections yet' };
    const run = async (unjoined: typeof waiting | undefined, step: number) => {
      const room = await around(home, lake, home.store, { apply: () => undefined, unjoined: () => unjoined });
      const until = tickAtOrAfter(start + BigInt(step * 60) * minute, live.rule.schedule.frequency);
      await bringUp(engine, room, live, { until, due: until, anew: false, now: () => until });
      return until;
    };
    const { row, index } = {
      row: { ...(fc.sample(drawnRow, { seed: 1, numRuns: 1 })[0] as DrawnRow), at: 0 },
      index: 1,
    };
    await put(home, lake, { DeviceNetworkEvents: [networkRow(row, index)] });
    await run(waiting, 1);
    const last = await run(waiting, 2);
    expect(gapsOf(home.store, { open: false })).toEqual([
      expect.objectContaining({ reason: 'fusion', first: from, last, detail: waiting.told, closedAt: undefined }),
    ]);
    await run(undefined, 3);
    expect(gapsOf(home.store, { open: true })).toEqual([]);
    engine.close();
  }));
