import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, deviceProcessEvents, weirSchema } from '../tables/index.ts';
import { detailColumns } from './details.ts';
import { Evidence } from './evidence.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { ruleQuery } from './ruleQuery.ts';
import { byIntervals, oneRun } from './runs.ts';
import { withScratchLake } from './scratchLake.ts';
import { drawnRow, drawnRule, late, lateQuery, networkRow, ofHistory, processRow, ruleOf } from './sweep.fixture.ts';
import { replayMoments } from './ticks.ts';
import { fires } from './trigger.ts';
import { dataSpan, evidenceTime } from './window.ts';

async function kept(lake: Lake, evidence: Evidence): Promise<string> {
  const rows = await lake.engine.rows('SELECT * FROM temp.detect_evidence ORDER BY ALL');
  const details = await lake.engine.rows('SELECT * FROM temp.detect_details ORDER BY ALL');
  return JSON.stringify([rows, details, await evidence.resultRows()], (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

/** None, one or several times so many minutes after they were complete. */
function arrivedBy(minutes: number): (table: string) => string {
  const minute = 600_000_000;
  return (table) => `${evidenceTime(table)} + (${evidenceTime(table)} // ${minute} % 5) * ${minutes * minute}`;
}

async function fill(lake: Lake, network: readonly InlineRow[], processes: readonly InlineRow[]): Promise<void> {
  await lake.replace(deviceNetworkEvents, 'FROM "DeviceNetworkEvents" LIMIT 0');
  await lake.replace(deviceProcessEvents, 'FROM "DeviceProcessEvents" LIMIT 0');
  await appendRows(lake, deviceNetworkEvents, network);
  await appendRows(lake, deviceProcessEvents, processes);
}

test('law: by intervals as run by run at every tick, whenever rows arrive', async () => {
  await withScratchLake(async (lake) => {
    const rows = fc.array(drawnRow, { minLength: 1, maxLength: 14 });
    const delay = fc.option(fc.integer({ min: 0, max: 9 }));
    await fc.assert(
      fc.asyncProperty(
        rows,
        rows,
        fc.oneof({ weight: 4, arbitrary: drawnRule }, ofHistory),
        delay,
        async (network, processes, drawn, minutes) => {
          await fill(lake, network.map(networkRow).map(late), processes.map(processRow).map(late));
          const known = minutes === null ? {} : { arrived: arrivedBy(minutes) };
          const span = (await dataSpan(lake, known)) ?? expect.fail('no rows');
          const rule = ruleOf({ ...drawn, query: lateQuery(drawn.query) });
          const { atMoment, byIntervals: sweeping, candidates, tables } = ruleQuery(rule, weirSchema);
          if ('reason' in sweeping) return expect.fail(sweeping.reason);
          const { frequency } = drawn.schedule;
          const schedule = { ...drawn.schedule, ...known };
          const moments = replayMoments(span, frequency);

          const once = await Evidence.create(lake.engine, drawn.key, detailColumns(rule));
          for (let moment = moments.first; moment <= moments.last; moment += frequency) {
            await oneRun(once, atMoment, tables, schedule, moment, (count) => fires(drawn.trigger, count));
          }
          const wanted = await kept(lake, once);

          const again = await Evidence.create(lake.engine, drawn.key, detailColumns(rule));
          const options = { trigger: drawn.trigger, onPass: () => undefined };
          await byIntervals(lake.engine, again, sweeping, candidates, schedule, moments, options);
          expect(await kept(lake, again)).toBe(wanted);
        },
      ),
      { numRuns: 20 },
    );
  });
}, 600_000);
