import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { MemoryLake } from '../../packages/weir/src/lake/memoryLake.ts';
import type { TestResult } from '../../packages/weir/src/model/ruleTest.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import { loadTests } from '../../packages/weir/src/ruletest/load.ts';
import { runOverRows } from '../../packages/weir/src/ruletest/runTest.ts';
import { asOneOfMany, runTogether } from '../../packages/weir/src/ruletest/together.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const { rules } = await loadTests([`${content}/rules`]);

/** Rules of the two shapes that are told together, over the rows of the pack's own tests. */
const simple = [
  'DeviceNetworkEvents | where ServiceCategory in ("file-sharing", "messaging", "webhook", "cloud-storage", "code-host")',
  `DeviceNetworkEvents | where isnotempty(Service)
    | summarize BytesSent = sum(BytesSent), Connections = count() by DeviceName, AccountName, InitiatingProcessFileName, Service
    | where Connections > 1`,
].map((query, at) =>
  readRule(
    `r${at}/rule.yaml`,
    `id: 6d0b5f5e-0000-4000-8000-00000000000${at}
name: Rule ${at}
description: for this test
severity: High
queryFrequency: 5m
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567]
kind: Scheduled
query: |
  ${query}
weir: { confidence: medium, score: { base: 20, add: [{ because: several, points: 30, when: Connections > 1 }] } }
`,
  ),
);

/** All but the finding's id, which follows from the key and the rows' ids, and the order of equals, which follows from it. */
function told({ findings, ...result }: TestResult) {
  const first = ({ evidence }: { readonly evidence: { readonly eventIds: readonly string[] } }) =>
    evidence.eventIds.join();
  const found = findings.map(({ id, ...finding }) => finding).sort((a, b) => (first(a) < first(b) ? -1 : 1));
  return { ...result, differences: result.differences.map(({ kind }) => kind), found };
}

test('told together or one by one, a test finds the same', { timeout: 300_000 }, async () => {
  const catalogue = await loadCatalogue(`${content}/catalogue`);
  const directory = await mkdtemp(join(tmpdir(), 'weir-together-'));
  const engine = await Engine.open({ memoryMb: 500, threads: 1, spillDirectory: directory });
  try {
    const lake = await MemoryLake.create(engine);
    let compared = 0;
    for (const [rule, tests] of simple.flatMap((rule) => rules.map(({ tests }) => [rule, tests] as const))) {
      const many = asOneOfMany(rule) ?? expect.fail('is told one by one');
      compared += tests.length;
      const rows = tests.flatMap((one) => (one.data.kind === 'rows' ? [{ test: one, rows: one.data.rows }] : []));
      expect(rows).toHaveLength(tests.length);
      const together = (await runTogether(lake, many, rows, catalogue)) ?? expect.fail('stopped');
      for (const { test: one, rows: own } of rows) {
        const alone = await runOverRows(lake, rule, one, own, { catalogue, exceptions: [] });
        const other = together.get(one) ?? expect.fail('not run');
        expect(told(other), one.name).toEqual(told(alone));
      }
    }
    expect(compared).toBeGreaterThan(40);
  } finally {
    engine.close();
    await rm(directory, { recursive: true, force: true });
  }
});

test('a rule that looks at ids or keys itself is run one by one', () => {
  const [{ rule = expect.fail('no rule') } = expect.fail('no rules')] = rules;
  expect(asOneOfMany({ ...rule, query: `${rule.query}\n| where isnotempty(EventId)` })).toBeUndefined();
  const score = {
    ...rule.weir.score,
    add: [{ because: 'x', points: 1, when: 'Key has "a"', at: { line: 1, column: 1 } }],
  };
  expect(asOneOfMany({ ...rule, weir: { ...rule.weir, score } })).toBeUndefined();
  expect(asOneOfMany({ ...rule, query: 'print DeviceName = "a"' })).toBeUndefined();
});
