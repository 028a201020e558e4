import { expect, test } from 'vitest';
import { isOutOfMemory } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import { readRule } from '../rules/readRule.ts';
import type { Rule, Trigger } from '../rules/rule.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { Evidence, partColumn } from './evidence.ts';
import { ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { byIntervals, oneRun } from './runs.ts';
import { withScratchLake } from './scratchLake.ts';
import { minute } from './sweep.fixture.ts';
import { collectSwept } from './sweptEvidence.ts';
import { type Moments, replayMoments, type Schedule } from './ticks.ts';
import { bound, rowsWithin, timesOf } from './window.ts';

const schedule: Schedule & { readonly period: bigint } = { frequency: 5n * minute, period: 60n * minute };
const start = 1_000_000n * minute;

function ruleOf(query: string, trigger: Trigger): Rule {
  return { ...readRule('rule.kql', query), schedule, trigger };
}

/** One row each minute of so many; each names a different address of 2,000 letters. */
async function fill(lake: Lake, minutes: number): Promise<Moments> {
  const names = ['EvidenceTime', 'Timestamp', 'DeviceName', 'EventId', 'RemoteUrl'];
  await lake.append(
    deviceNetworkEvents,
    `SELECT ${start} + i * ${minute} AS "EvidenceTime", ${start} + i * ${minute} AS "Timestamp", 'ws-1' AS "DeviceName",
       'e' || i AS "EventId", repeat('letters ', 250) || i AS "RemoteUrl" FROM range(${minutes}) AS t(i)`,
    names,
  );
  return replayMoments({ from: start, until: start + BigInt(minutes - 1) * minute }, schedule.frequency);
}

async function kept(lake: Lake, evidence: Evidence): Promise<unknown[]> {
  const rows = await lake.engine.table('SELECT * FROM temp.detect_evidence ORDER BY ALL');
  return [rows, await evidence.resultRows()];
}

test('a result stands once in what a sweep keeps, however often the number of results changes', async () => {
  await withScratchLake(async (lake) => {
    const moments = await fill(lake, 240);
    for (const threshold of [0, 3, 30]) {
      const rule = ruleOf('DeviceNetworkEvents\n| where BytesSent > 5 or isnotempty(DeviceName)', {
        operator: 'GreaterThan',
        threshold,
      });
      const { byIntervals: sweeping, candidates } = ruleQuery(rule, weirSchema);
      if ('reason' in sweeping) return expect.fail(sweeping.reason);
      let results: unknown;
      const counting = {
        told: [],
        absent: () => 'NULL::VARCHAR',
        keepRows: async (rows: string) => {
          results = await lake.engine.table(`SELECT count(*), count(DISTINCT ids) FROM (${rows})`);
        },
        keepGroups: () => expect.fail('these are no groups'),
      };
      const bindings = new Map(
        candidates.map(({ name, table, sql }) => [
          name,
          rowsWithin(`(${sql})`, timesOf(table, schedule), schedule, moments),
        ]),
      );
      const bind = (sql: string) => bound(bindings, sql);
      await collectSwept(lake.engine, counting, sweeping, { bind, trigger: rule.trigger });
      expect([threshold, results]).toEqual([threshold, [[240n, 240n]]]);
    }
  });
});

test('a sweep that wants more memory than there is gives way to runs tick by tick, which find what there is', async () => {
  const rule = ruleOf(
    'DeviceNetworkEvents\n| summarize Urls = make_set(RemoteUrl) by DeviceName\n| where array_length(Urls) > 50',
    { operator: 'GreaterThan', threshold: 0 },
  );
  const query = ruleQuery(rule, weirSchema);
  const { byIntervals: sweeping, candidates, atMoment, tables } = query;
  if ('reason' in sweeping) return expect.fail(sweeping.reason);
  await withScratchLake(async (lake) => {
    const moments = await fill(lake, 600);
    const once = await Evidence.create(lake.engine, rule.weir.finding.key);
    for (let moment = moments.first; moment <= moments.last; moment += schedule.frequency) {
      await oneRun(once, atMoment, tables, schedule, moment, (count) => count > 0);
    }
    const wanted = await kept(lake, once);
    expect(wanted).toEqual([expect.objectContaining({ length: 600 }), expect.any(Number)]);

    const broken = await Evidence.create(lake.engine, rule.weir.finding.key);
    const options = { trigger: rule.trigger, onPass: () => undefined };
    await expect(byIntervals(lake.engine, broken, sweeping, candidates, schedule, moments, options)).rejects.toSatisfy(
      isOutOfMemory,
    );

    const evidence = await Evidence.create(lake.engine, rule.weir.finding.key);
    const method = await runAtMoments(lake.engine, rule, query, moments, evidence, { onRuns: () => undefined });
    expect(method).toMatch(
      /^tick by tick, as its groups by intervals need more memory than there is: \d+ ticks of 5 min/,
    );
    expect(await kept(lake, evidence)).toEqual(wanted);
  }, 40);
});

test('what fails leaves the evidence as it was, and its error is told', async () => {
  await withScratchLake(async (lake) => {
    const evidence = await Evidence.create(lake.engine, ['DeviceName']);
    const first = `SELECT 'ws-1' AS result_key_0, ['e1'] AS ids, 5 AS moment, NULL AS details`;
    await evidence.keepRows(first);
    const before = await kept(lake, evidence);
    const failing = evidence.allOrNothing(async () => {
      await evidence.keepRows(first.replace('e1', 'e2'));
      expect(await evidence.resultRows()).toBe(2);
      throw new Error('Conversion Error: no such value');
    });
    await expect(failing).rejects.toThrow('Conversion Error: no such value');
    expect(await kept(lake, evidence)).toEqual(before);
    expect(await evidence.allOrNothing(() => evidence.keepRows(first.replace('e1', 'e3')))).toBeUndefined();
    expect(await evidence.resultRows()).toBe(2);
  });
});

test('parts are kept apart, and one that fails leaves nothing', async () => {
  await withScratchLake(async (lake) => {
    const evidence = await Evidence.create(lake.engine, [partColumn, 'DeviceName']);
    const keep = async (id: string) => {
      const key = evidence.absent(0);
      await evidence.keepRows(
        `SELECT ${key} AS result_key_0, 'ws-1' AS result_key_1, ['${id}'] AS ids, 1 AS moment, NULL AS details`,
      );
    };
    evidence.part('a');
    await evidence.allOrNothing(() => keep('e1'));
    evidence.part('b');
    const failing = evidence.allOrNothing(async () => {
      await keep('e1');
      await evidence.settle();
      await keep('e2');
      throw new Error('this one fails');
    });
    await expect(failing).rejects.toThrow('this one fails');
    evidence.part('c');
    await keep('e1');
    await keep('e1');
    await evidence.settle();
    expect(await lake.engine.table('SELECT result_key_0, id FROM detect_evidence ORDER BY ALL')).toEqual([
      ['a', 'e1'],
      ['c', 'e1'],
    ]);
    expect(await evidence.resultRowsOfParts()).toEqual(
      new Map([
        ['a', 1],
        ['c', 1],
      ]),
    );
  });
});
