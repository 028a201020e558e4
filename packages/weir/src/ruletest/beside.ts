import { join } from 'node:path';
import type { TimeSpan } from '../detect/ticks.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { TestResult } from '../model/ruleTest.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import { planForBoth, withClickHouse } from './bothEngines.ts';
import type { RunTestsOptions } from './options.ts';
import type { RuleTest, Suite } from './ruleTest.ts';
import { completed, selects, spanOf } from './runTest.ts';

import { withTestLake } from './testLake.ts';

type Results = Map<RuleTest, TestResult>;

/** Asks ClickHouse too, where it is there, of the tests over rows: one by one, as it has one set of tables. */
export async function besideOverRows(
  suites: readonly Suite[],
  results: Results,
  options: RunTestsOptions,
): Promise<void> {
  const { clickhouse, workDirectory, catalogue, onTest } = options;
  if (clickhouse === undefined) return;
  const directory = join(workDirectory, 'rows-beside');
  await withTestLake(directory, async (lake) => {
    for (const { rule, tests } of suites) {
      onTest?.(rule);
      for (const test of tests) {
        if (test.data.kind !== 'rows') continue;
        const rows = completed(test.data.rows, catalogue);
        await lake.fill(selects(rows));
        await beside(lake, { rule, test, span: await spanOf(lake, rows) }, results, { clickhouse, directory });
      }
    }
  });
}

/** Adds to a test's result what ClickHouse, where it is there, makes of what a lake holds. */
export async function beside(
  lake: ReadableLake,
  of: { readonly rule: Rule; readonly test: RuleTest; readonly span: TimeSpan | undefined },
  results: Results,
  { clickhouse, directory }: Pick<RunTestsOptions, 'clickhouse'> & { readonly directory: string },
): Promise<void> {
  const result = results.get(of.test);
  if (clickhouse === undefined || result === undefined) return;
  const plan = planForBoth(of.rule);
  if (plan instanceof UserError) return;
  results.set(of.test, await withClickHouse(result, lake, { ...of, plan }, { clickhouse, directory }));
}
