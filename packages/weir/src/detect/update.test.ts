import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { detailColumns } from './details.ts';
import { Evidence } from './evidence.ts';
import { appendRows, type InlineRow, rowsSelect } from './inlineRows.ts';
import { ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { withScratchLake } from './scratchLake.ts';
import { type DrawnRow, drawnRow, drawnRule, networkRow, ofGroups, ofOneTable, ruleOf } from './sweep.fixture.ts';
import { type Moments, replayMoments } from './ticks.ts';
import { update } from './update.ts';

async function kept(lake: Lake): Promise<string> {
  const rows = await lake.engine.rows<object>('SELECT * FROM temp.detect_evidence ORDER BY ALL');
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

async function fill(lake: Lake, rows: readonly InlineRow[]): Promise<void> {
  await lake.replace(deviceNetworkEvents, 'FROM "DeviceNetworkEvents" LIMIT 0');
  await appendRows(lake, deviceNetworkEvents, rows);
}

/** Rows with all columns of the table, as SQL. */
function rowsOf(rows: readonly InlineRow[]): string {
  const none = 'FROM main."DeviceNetworkEvents" LIMIT 0';
  return rows.length === 0 ? none : `(${none}) UNION ALL BY NAME (${rowsSelect(deviceNetworkEvents, rows).sql})`;
}

/** Three mornings, further apart than any look-back. */
const spread = fc.tuple(drawnRow, fc.constantFrom(0, 200, 400)).map(([row, later]) => ({ ...row, at: row.at + later }));

/** A row of the world: what it was at first, if it was there, and what it is now, if it is. */
function historyOf(drawn: fc.Arbitrary<DrawnRow>) {
  return fc.record({
    first: fc.option(drawn),
    now: fc.option(drawn),
    same: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  });
}

type Drawn = Parameters<typeof ruleOf>[0];
type World = readonly { readonly first: DrawnRow | null; readonly now: DrawnRow | null; readonly same: boolean }[];

/** Brings a rule up to date after so many seventieths of its ticks and holds that against all of them run anew. Gives the
 *  way in words. */
async function heldUp(lake: Lake, world: World, drawn: Drawn, ticks: number): Promise<string> {
  const rule = ruleOf(drawn);
  const query = ruleQuery(rule, weirSchema);
  const version = (which: 'first' | 'now') =>
    world.flatMap((row, index) => {
      const drawnAs = row.same ? row.first : row[which];
      return drawnAs === null ? [] : [networkRow(drawnAs, index)];
    });
  const [old, now] = [version('first'), version('now')];
  const changed = (which: 'first' | 'now') =>
    rowsOf(
      world.flatMap((row, index) => {
        const drawnAs = row[which];
        return row.same || drawnAs === null ? [] : [networkRow(drawnAs, index)];
      }),
    );
  const all = [...old, ...now];
  const times = all.map(({ EvidenceTime }) => EvidenceTime as bigint).sort((a, b) => (a < b ? -1 : 1));
  if (times.length === 0) return '';
  const span = { from: times[0] ?? 0n, until: times.at(-1) ?? 0n };
  const after = replayMoments(span, drawn.schedule.frequency);
  const some = after.first + (BigInt(ticks) * (after.last - after.first)) / 70n;
  const last = some - ((some - after.first) % after.frequency);
  const before: Moments = { ...after, last };
  const runs = { onRuns: () => undefined };

  await fill(lake, old);
  const evidence = await Evidence.create(lake.engine, drawn.key, detailColumns(rule));
  await runAtMoments(lake.engine, rule, query, before, evidence, runs);
  await fill(lake, now);
  const way = await update(lake.engine, rule, weirSchema, evidence, {
    before,
    after,
    added: changed('now'),
    replaced: changed('first'),
  });
  const updated = await kept(lake);

  const anew = await Evidence.create(lake.engine, drawn.key, detailColumns(rule));
  await runAtMoments(lake.engine, rule, query, after, anew, runs);
  expect(updated).toBe(await kept(lake));
  return way;
}

const ticksSoFar = fc.integer({ min: 0, max: 70 });

test('law: brought up to date is as run anew, whatever came late or was replaced', async () => {
  const ways = new Set<string>();
  const world = fc.array(historyOf(spread), { minLength: 1, maxLength: 20 });
  const rule = fc.oneof({ weight: 6, arbitrary: ofOneTable }, ofGroups, drawnRule);
  await withScratchLake(async (lake) => {
    await fc.assert(
      fc.asyncProperty(world, rule, ticksSoFar, async (rows, drawn, ticks) => {
        const way = await heldUp(lake, rows, drawn, ticks);
        if (way !== '') ways.add(way.split(/[:,]/)[0] ?? '');
      }),
      { numRuns: 100 },
    );
  });
  expect([...ways].sort()).toEqual([
    'everything anew',
    'nothing that was seen has changed',
    'the changed rows',
    'the groups of the changed rows',
    'what is seen together with the changed rows',
  ]);
}, 600_000);

/** So few groups that most have several rows, at times within and across their bins. */
const crowded = fc
  .tuple(drawnRow, fc.constantFrom(0, 3, 7, 12, 200), fc.constantFrom('ws-1', 'ws-2'))
  .map(([row, at, device]) => ({ ...row, at, lasts: 0, device, process: 'curl.exe' }));

test('law: groups that gain and lose rows are found and given up as if run anew', async () => {
  const world = fc.array(historyOf(crowded), { minLength: 6, maxLength: 16 });
  await withScratchLake(async (lake) => {
    await fc.assert(
      fc.asyncProperty(world, ofGroups, ticksSoFar, async (rows, drawn, ticks) => {
        await heldUp(lake, rows, drawn, ticks);
      }),
      { numRuns: 80 },
    );
  });
}, 600_000);
