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
import { drawnRow, drawnRule, networkRow, ofGroups, ofOneTable, ruleOf } from './sweep.fixture.ts';
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

function changesOf(rows: readonly InlineRow[]): string {
  const each = rows.map(({ EventId, EvidenceTime }) => `SELECT '${EventId}' AS id, ${EvidenceTime}::BIGINT AS time`);
  return each.length === 0 ? "SELECT '' AS id, 0::BIGINT AS time LIMIT 0" : each.join(' UNION ALL ');
}

/** Rows with all columns of the table, as SQL. */
function rowsOf(rows: readonly InlineRow[]): string {
  const none = 'FROM main."DeviceNetworkEvents" LIMIT 0';
  return rows.length === 0 ? none : `(${none}) UNION ALL BY NAME (${rowsSelect(deviceNetworkEvents, rows).sql})`;
}

/** Three mornings, further apart than any look-back. */
const spread = fc.tuple(drawnRow, fc.constantFrom(0, 200, 400)).map(([row, later]) => ({ ...row, at: row.at + later }));

/** A row of the world: what it was at first, if it was there, and what it is now, if it is. */
const history = fc.record({
  first: fc.option(spread),
  now: fc.option(spread),
  same: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
});

test('law: brought up to date is as run anew, whatever came late or was replaced', async () => {
  const ways = new Set<string>();
  await withScratchLake(async (lake) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(history, { minLength: 1, maxLength: 20 }),
        fc.oneof({ weight: 5, arbitrary: ofOneTable }, { weight: 5, arbitrary: ofGroups }, drawnRule),
        fc.integer({ min: 0, max: 70 }),
        async (world, drawn, ticks) => {
          const rule = ruleOf(drawn);
          const query = ruleQuery(rule, weirSchema);
          const version = (which: 'first' | 'now') =>
            world.flatMap((row, index) => {
              const drawnAs = row.same ? row.first : row[which];
              return drawnAs === null ? [] : [networkRow(drawnAs, index)];
            });
          const [old, now] = [version('first'), version('now')];
          const changed = world.flatMap((row, index) => {
            const drawnAs = row.same ? [] : [row.first, row.now].filter((each) => each !== null);
            return drawnAs.map((each) => networkRow(each, index));
          });
          const replaced = rowsOf(
            world.flatMap((row, index) => (row.same || row.first === null ? [] : [networkRow(row.first, index)])),
          );
          const all = [...old, ...now];
          const times = all.map(({ EvidenceTime }) => EvidenceTime as bigint).sort((a, b) => (a < b ? -1 : 1));
          if (times.length === 0) return;
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
          const changes = changesOf(changed);
          const way = await update(lake.engine, rule, weirSchema, evidence, { before, after, changes, replaced });
          ways.add(way.split(/[:,]/)[0] ?? '');
          const updated = await kept(lake);

          const anew = await Evidence.create(lake.engine, drawn.key, detailColumns(rule));
          await runAtMoments(lake.engine, rule, query, after, anew, runs);
          expect(updated).toBe(await kept(lake));
        },
      ),
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
