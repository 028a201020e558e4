import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import type { MemoryLake } from '../../packages/weir/src/lake/memoryLake.ts';
import type { TestResult } from '../../packages/weir/src/model/ruleTest.ts';
import { readRule } from '../../packages/weir/src/rules/readRule.ts';
import type { Rule } from '../../packages/weir/src/rules/rule.ts';
import { loadTests } from '../../packages/weir/src/ruletest/load.ts';
import { readTests } from '../../packages/weir/src/ruletest/readTests.ts';
import type { RuleTest } from '../../packages/weir/src/ruletest/ruleTest.ts';
import { runOverRows } from '../../packages/weir/src/ruletest/runTest.ts';
import { withTestLake } from '../../packages/weir/src/ruletest/testLake.ts';
import { asOneOfMany, groupsOf, runTogether } from '../../packages/weir/src/ruletest/together.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const { rules } = await loadTests([`${content}/rules`]);

function ruleOf(at: number, query: string, term = '{ because: several, points: 30, when: Connections > 1 }') {
  return readRule(
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
weir: { confidence: medium, score: { base: 20, add: [${term}] } }
`,
  );
}

/** Rules of the two shapes that are told together, over the rows of the pack's own tests. */
const simple = [
  'DeviceNetworkEvents | where ServiceCategory in ("file-sharing", "messaging", "webhook", "cloud-storage", "code-host")',
  `DeviceNetworkEvents | where isnotempty(Service)
    | summarize BytesSent = sum(BytesSent), Connections = count() by DeviceName, AccountName, InitiatingProcessFileName, Service
    | where Connections > 1`,
].map((query, at) => ruleOf(at, query));

/** All but the finding's id, which follows from the key and the rows' ids, and the order of equals, which follows from it. */
function told({ findings, ...result }: TestResult) {
  const first = ({ evidence }: { readonly evidence: { readonly eventIds: readonly string[] } }) =>
    evidence.eventIds.join();
  const found = findings.map(({ id, ...finding }) => finding).sort((a, b) => (first(a) < first(b) ? -1 : 1));
  return { ...result, differences: result.differences.map(({ kind }) => kind), found };
}

const catalogue = await loadCatalogue(`${content}/catalogue`);

async function inTestLake(use: (lake: MemoryLake) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'weir-together-'));
  try {
    await withTestLake(directory, use);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs tests over rows together, and holds what they find to what each finds alone; gives what the rule scored. */
async function sameAsAlone(lake: MemoryLake, rule: Rule, tests: readonly RuleTest[]) {
  const many = asOneOfMany(rule) ?? expect.fail('is told one by one');
  const rows = tests.flatMap((one) => (one.data.kind === 'rows' ? [{ test: one, rows: one.data.rows }] : []));
  expect(rows).toHaveLength(tests.length);
  const together = new Map<RuleTest, TestResult>();
  for (const group of groupsOf(many, rows)) {
    const results = (await runTogether(lake, many, group, catalogue)) ?? expect.fail('stopped');
    for (const [one, result] of results) together.set(one, result);
  }
  for (const { test: one, rows: own } of rows) {
    const alone = await runOverRows(lake, rule, one, own, { catalogue, exceptions: [] });
    const other = together.get(one) ?? expect.fail('not run');
    expect(told(other), one.name).toEqual(told(alone));
  }
  return tests.map((one) => together.get(one)?.findings.map(({ score }) => score));
}

test('told together or one by one, a test finds the same', { timeout: 300_000 }, () =>
  inTestLake(async (lake) => {
    let compared = 0;
    for (const [rule, tests] of simple.flatMap((rule) => rules.map(({ tests }) => [rule, tests] as const))) {
      compared += tests.length;
      await sameAsAlone(lake, rule, tests);
    }
    expect(compared).toBeGreaterThan(40);
  }),
);

const rowAt = (day: number, time: string, bytes: number) =>
  `{ Timestamp: 2026-03-${String(day).padStart(2, '0')}T${time}Z, DeviceName: ws-1, RemoteUrl: drop.example, BytesSent: ${bytes} }`;

test('rows of one test are no history of another, and its inventory is its own', { timeout: 300_000 }, () =>
  inTestLake(async (lake) => {
    const tests = readTests(
      'r7/tests.yaml',
      `tests:
  - { name: alone, rows: [${rowAt(4, '09:05:00', 9)}], expect: [] }
  - { name: after two days, rows: [${rowAt(2, '09:05:00', 1)}, ${rowAt(3, '09:05:00', 1)}, ${rowAt(4, '09:05:00', 9)}], expect: [] }
  - name: of a server
    rows: [${rowAt(4, '09:05:00', 9)}]
    tables: { Inventory: [{ Kind: host, Name: ws-1, Value: ws-1, Role: server }] }
    expect: []
  - { name: alone again, rows: [${rowAt(4, '09:45:00', 9)}], expect: [] }
`,
    );
    const known = 'DeviceNetworkEvents | where BytesSent > 5';
    const days = ruleOf(7, known, '{ because: known, points: 30, when: DeviceDays > 0 }');
    expect(await sameAsAlone(lake, days, tests)).toEqual([[20], [50], [20], [20]]);
    const roles = ruleOf(8, known, '{ because: server, points: 30, when: Role == "server" }');
    expect(await sameAsAlone(lake, roles, tests)).toEqual([[20], [20], [50], [20]]);
  }),
);

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
