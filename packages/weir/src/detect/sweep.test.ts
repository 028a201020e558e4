import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lake } from '../lake/lake.ts';
import { deviceNetworkEvents, deviceProcessEvents } from '../tables/index.ts';
import { Evidence } from './evidence.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { ruleQuery } from './ruleQuery.ts';
import { byIntervals, oneRun } from './runs.ts';
import { withScratchLake } from './scratchLake.ts';
import { drawnRow, drawnRule, networkRow, processRow, ruleOf } from './sweep.fixture.ts';
import { replayMoments } from './ticks.ts';
import { fires } from './trigger.ts';
import { dataSpan } from './window.ts';

async function kept(lake: Lake, evidence: Evidence): Promise<string> {
  const rows = await lake.engine.rows('SELECT * FROM temp.detect_evidence ORDER BY ALL');
  return JSON.stringify([rows, await evidence.resultRows()], (_, value) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

async function fill(lake: Lake, network: readonly InlineRow[], processes: readonly InlineRow[]): Promise<void> {
  await lake.replace(deviceNetworkEvents, 'FROM "DeviceNetworkEvents" LIMIT 0');
  await lake.replace(deviceProcessEvents, 'FROM "DeviceProcessEvents" LIMIT 0');
  await appendRows(lake, deviceNetworkEvents, network);
  await appendRows(lake, deviceProcessEvents, processes);
}

test('law: by intervals as run by run at every tick', async () => {
  await withScratchLake(async (lake) => {
    const rows = fc.array(drawnRow, { minLength: 1, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(rows, rows, drawnRule, async (network, processes, drawn) => {
        await fill(lake, network.map(networkRow), processes.map(processRow));
        const span = (await dataSpan(lake)) ?? expect.fail('no rows');
        const rule = ruleOf(drawn);
        const { atMoment, byIntervals: sweeping, candidates, tables } = ruleQuery(rule);
        if ('reason' in sweeping) return expect.fail(sweeping.reason);
        const { frequency, period } = drawn.schedule;
        const moments = replayMoments(span, frequency);

        const once = await Evidence.create(lake.engine, drawn.key);
        for (let moment = moments.first; moment <= moments.last; moment += frequency) {
          await oneRun(once, atMoment, tables, period, moment, (count) => fires(drawn.trigger, count));
        }
        const wanted = await kept(lake, once);

        const again = await Evidence.create(lake.engine, drawn.key);
        const options = { trigger: drawn.trigger, onPass: () => undefined };
        await byIntervals(lake.engine, again, sweeping, candidates, { frequency, period }, moments, options);
        expect(await kept(lake, again)).toBe(wanted);
      }),
      { numRuns: 15 },
    );
  });
}, 600_000);
