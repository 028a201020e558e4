import { expect, test } from 'vitest';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { Evidence } from './evidence.ts';
import { findingsOf } from './findings.ts';
import { appendRows } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { ruleQuery } from './ruleQuery.ts';
import { runAtMoments } from './runRule.ts';
import { withScratchLake } from './scratchLake.ts';

const minute = 600_000_000n;
const start = isoToTicks('2026-03-02T09:00:00Z') ?? 0n;
const rule = readRule(
  'rules/example.yaml',
  `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: Medium
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
query: DeviceNetworkEvents | where EvidenceTime > ago(15m) and BytesSent > 80
`,
);

test('what conditions see otherwise of some rows is kept, of the facets whose rows say most', async () => {
  await withScratchLake(async (lake) => {
    const { engine } = lake;
    const rows = Array.from({ length: 60 }, (_, n) => ({
      ...{ Timestamp: start + 7n, EvidenceTime: start + 7n, EventId: `e${n}`, DeviceName: 'fs-01' },
      ...{ InitiatingProcessFileName: 'curl.exe', RemoteHost: `h${n}`, BytesSent: 200 - n },
    }));
    await appendRows(lake, deviceNetworkEvents, rows);
    const query = ruleQuery(rule, weirSchema);
    const evidence = await Evidence.create(engine, rule.weir.finding.key, []);
    const moments = { first: start, last: start + 400n * minute, frequency: 5n * minute };
    await runAtMoments(engine, rule, query, moments, evidence, { onRuns: () => undefined });
    const [found] = await findingsOf(engine, rule, {
      ...{ tables: query.tables, conditions: [], growth: false, keeping: true },
    });
    expect(found?.toKeep?.columns.RemoteHost).toBe('h0');
    const facets = found?.toKeep?.facets ?? [];
    expect(facets.length).toBe(50);
    expect(facets.slice(0, 2)).toEqual([{}, { RemoteHost: 'h1' }]);
  });
});

test('rows are kept by the names of their table, and what conditions see beside them', async () => {
  await withScratchLake(async (lake) => {
    const { engine } = lake;
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ...{ Timestamp: start + BigInt(n) * minute + 7n, EvidenceTime: start + BigInt(n) * minute + 7n },
      ...{ EventId: `e${n}`, DeviceName: 'fs-01', InitiatingProcessFileName: 'curl.exe', Service: 'Drop' },
      ...{
        InitiatingProcessVersionInfoCompanyName: 'Curl',
        BytesSent: n === 2 ? 9_007_199_254_740_993n : 100,
        RemotePort: null,
      },
    }));
    await appendRows(lake, deviceNetworkEvents, rows);
    const query = ruleQuery(rule, weirSchema);
    const evidence = await Evidence.create(engine, rule.weir.finding.key, []);
    const moments = { first: start, last: start + 400n * minute, frequency: 5n * minute };
    await runAtMoments(engine, rule, query, moments, evidence, { onRuns: () => undefined });
    const told = { tables: query.tables, conditions: [], growth: false };
    expect((await findingsOf(engine, rule, told))[0]?.toKeep).toBeUndefined();
    const [found] = await findingsOf(engine, rule, { ...told, keeping: true });
    expect(found?.toKeep?.columns).toMatchObject({ DeviceName: 'fs-01', Company: 'Curl', Connections: 300n });
    const kept = found?.toKeep?.rows ?? [];
    expect(found?.toKeep?.facets).toEqual([]);
    expect(kept.length).toBe(200);
    expect(kept.map(({ Timestamp }) => Timestamp)).toEqual(kept.map(({ Timestamp }) => Timestamp).toSorted());
    expect(kept[0]).toMatchObject({
      ...{ EventId: 'e0', Timestamp: '2026-03-02T09:00:00.0000007Z', DeviceName: 'fs-01' },
      ...{ InitiatingProcessFileName: 'curl.exe', Service: 'Drop', BytesSent: 100n, RemotePort: null },
    });
    expect(kept.find(({ EventId }) => EventId === 'e2')?.BytesSent).toBe(9_007_199_254_740_993n);
  });
});
