import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, deviceProcessEvents, weirSchema } from '../tables/index.ts';
import { detailColumns } from './details.ts';
import { Evidence } from './evidence.ts';
import { appendRows, type InlineRow, rowsSelect } from './inlineRows.ts';
import { ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { withScratchLake } from './scratchLake.ts';
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
} from './sweep.fixture.ts';
import { type Moments, replayMoments } from './ticks.ts';
import { update } from './update.ts';

async function kept(lake: Lake): Promise<string> {
  const rows: object[] = [];
  for (const name of ['evidence', 'loose', 'details'])
    rows.push(await lake.engine.rows(`SELECT * FROM temp.detect_${name} ORDER BY ALL`));
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}

const tables = [deviceNetworkEvents, deviceProcessEvents];

/** Rows of each table, by its name. */
type Rows = Readonly<Record<string, readonly InlineRow[]>>;

async function fill(lake: Lake, rows: Rows): Promise<void> {
  for (const table of tables) {
    await lake.replace(table, `FROM "${table.name}" LIMIT 0`);
    await appendRows(lake, table, rows[table.name] ?? []);
  }
}

/** Rows of a table with all its columns, as SQL. */
function rowsOf(rows: Rows): (table: string) => string {
  return (name) => {
    const table = tables.find((each) => each.name === name) ?? expect.fail(name);
    const none = `FROM main."${name}" LIMIT 0`;
    const those = rows[name] ?? [];
    return those.length === 0 ? none : `(${none}) UNION ALL BY NAME (${rowsSelect(table, those).sql})`;
  };
}

/** Mornings further apart than any look-back, and the night when a day ends. */
const spread = fc
  .tuple(drawnRow, fc.constantFrom(0, 200, 400, 780))
  .map(([row, later]) => ({ ...row, at: row.at + later }));

/** A row of the world: what it was at first, if it was there, and what it is now, if it is. */
function historyOf(drawn: fc.Arbitrary<DrawnRow>) {
  return fc.record({
    first: fc.option(drawn),
    now: fc.option(drawn),
    table: fc.constantFrom('DeviceNetworkEvents', 'DeviceNetworkEvents', 'DeviceProcessEvents'),
    same: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
  });
}

type Drawn = Parameters<typeof ruleOf>[0];
type World = readonly {
  readonly first: DrawnRow | null;
  readonly now: DrawnRow | null;
  readonly table: string;
  readonly same: boolean;
}[];

function rowsThen(world: World, drawnOf: (row: World[number]) => DrawnRow | null): Rows {
  const rows: Record<string, InlineRow[]> = { DeviceNetworkEvents: [], DeviceProcessEvents: [] };
  for (const [index, row] of world.entries()) {
    const drawn = drawnOf(row);
    if (drawn !== null)
      rows[row.table]?.push(row.table === 'DeviceNetworkEvents' ? networkRow(drawn, index) : processRow(drawn, index));
  }
  return rows;
}

/** Brings a rule up to date after so many seventieths of its ticks and holds that against all of them run anew. Gives the
 *  way in words. */
async function heldUp(lake: Lake, world: World, drawn: Drawn, ticks: number): Promise<string> {
  const rule = ruleOf(drawn);
  const query = ruleQuery(rule, weirSchema);
  const old = rowsThen(world, ({ first }) => first);
  const now = rowsThen(world, ({ first, now, same }) => (same ? first : now));
  const changed = (which: 'first' | 'now') => rowsOf(rowsThen(world, (row) => (row.same ? null : row[which])));
  const times = [old, now]
    .flatMap((rows) => Object.values(rows).flat())
    .map(({ EvidenceTime, Timestamp }) => (EvidenceTime ?? Timestamp) as bigint)
    .sort((a, b) => (a < b ? -1 : 1));
  if (times.length === 0) return '';
  const span = { from: times[0] ?? 0n, until: (times.at(-1) ?? 0n) + 30n * minute };
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
  const rule = fc.oneof({ weight: 6, arbitrary: ofOneTable }, ofGroups, { weight: 6, arbitrary: drawnRule });
  await withScratchLake(async (lake) => {
    await fc.assert(
      fc.asyncProperty(world, rule, ticksSoFar, async (rows, drawn, ticks) => {
        const way = await heldUp(lake, rows, drawn, ticks);
        if (way !== '') ways.add(way.split(/[:,]/)[0] ?? '');
      }),
      { numRuns: 60 },
    );
  });
  expect([...ways].sort()).toEqual([
    'later ticks',
    'nothing that was seen has changed',
    'the changed rows',
    'the groups of the changed rows',
    'the ticks from the first that sees a changed row',
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
      { numRuns: 30 },
    );
  });
}, 600_000);
