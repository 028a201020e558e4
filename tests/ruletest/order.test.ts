import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { loadTests } from '../../packages/weir/src/ruletest/load.ts';
import type { RuleTest } from '../../packages/weir/src/ruletest/ruleTest.ts';
import { runTests } from '../../packages/weir/src/ruletest/runTests.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const catalogue = await loadCatalogue(`${content}/catalogue`);
const { rules } = await loadTests([`${content}/rules/mailbox-from-script`, `${content}/rules/bulk-upload`]);
const suites = rules.map(({ rule, tests }) => ({ rule: rule ?? expect.fail('no rule'), tests }));

let workDirectory = '';
beforeAll(async () => {
  workDirectory = await mkdtemp(join(tmpdir(), 'weir-order-'));
});
afterAll(() => rm(workDirectory, { recursive: true, force: true }));

/** By rule and test: the kinds of difference, and what was found, whatever its rows are called. */
async function verdicts(of: typeof suites) {
  const { results } = await runTests(of, { catalogue, content, workDirectory, workers: 2 });
  const told = of.flatMap(({ rule, tests }) =>
    tests.map((one): [string, unknown] => {
      const { differences, findings } = results.get(one) ?? expect.fail('a test was not run');
      const found = findings.map(({ title, score, reasons }) => ({ title, score, reasons }));
      return [`${rule.name}: ${one.name}`, { differences: differences.map(({ kind }) => kind), found }];
    }),
  );
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Tests in another order, each with its rows in another order. */
const shuffled = (tests: readonly RuleTest[]) =>
  fc
    .tuple(fc.shuffledSubarray([...tests], { minLength: tests.length }), fc.infiniteStream(fc.nat()))
    .map(([order, numbers]) => order.map((one) => ({ ...one, data: withRows(one, (rows) => mixed(rows, numbers)) })));

function withRows({ data }: RuleTest, change: (rows: readonly InlineRow[]) => readonly InlineRow[]): RuleTest['data'] {
  if (data.kind !== 'rows') return data;
  return { kind: 'rows', rows: new Map([...data.rows].map(([table, rows]) => [table, change(rows)])) };
}

function mixed(rows: readonly InlineRow[], numbers: fc.Stream<number>): readonly InlineRow[] {
  const keyed = rows.map((row) => ({ row, key: numbers.next().value ?? 0 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);
}

test('law: what a test finds depends neither on the order of its rows nor on the tests before it', {
  timeout: 300_000,
}, async () => {
  const plain = await verdicts(suites);
  expect(Object.keys(plain)).toHaveLength(suites.reduce((sum, { tests }) => sum + tests.length, 0));
  await fc.assert(
    fc.asyncProperty(fc.tuple(...suites.map(({ tests }) => shuffled(tests))), async (orders) => {
      const other = suites.map(({ rule }, index) => ({ rule, tests: orders[index] ?? [] }));
      expect(await verdicts(other.toReversed())).toEqual(plain);
    }),
    { numRuns: 4 },
  );
});
