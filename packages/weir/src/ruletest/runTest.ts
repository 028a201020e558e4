import { rowsSelect } from '../detect/inlineRows.ts';
import { runRule } from '../detect/runRule.ts';
import { dataSpan } from '../detect/window.ts';
import type { Lake } from '../lake/lake.ts';
import type { MemoryLake } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { RuleRun } from '../model/finding.ts';
import type { TestResult } from '../model/ruleTest.ts';
import type { Rule } from '../rules/rule.ts';
import { timelessTables } from '../tables/index.ts';
import { compareFindings } from './compare.ts';
import { completeRow } from './completeRow.ts';
import { placeOfText } from './place.ts';
import type { RuleTest, TestData } from './ruleTest.ts';

type Rows = Extract<TestData, { kind: 'rows' }>['rows'];

/** Runs a test over rows of its own, which are completed as intake and fusion would have and take the place of those of
 *  the test before. */
export async function runOverRows(
  lake: MemoryLake,
  rule: Rule,
  test: RuleTest,
  rows: Rows,
  catalogue: Catalogue,
): Promise<TestResult> {
  const whole = [...rows].map(
    ([table, some]) => [table, some.map((row, index) => completeRow(table, row, catalogue, index))] as const,
  );
  await lake.fill(new Map(whole.map(([table, some]) => [table, rowsSelect(table, some)])));
  const timed = [...rows.keys()].filter((table) => !timelessTables.includes(table));
  return runOver(lake, rule, test, await dataSpan(lake, {}, timed));
}

/** Runs a test over what a lake holds: a replay over its time, or one run at the test's moment. */
export async function runOver(
  lake: Pick<Lake, 'engine'>,
  rule: Rule,
  test: RuleTest,
  span: Awaited<ReturnType<typeof dataSpan>>,
): Promise<TestResult> {
  const { name, at, asOf } = test;
  const options = { span, asOf, within: undefined, conditions: [], growth: false, sight: new Map(), onRuns: () => {} };
  const { run, findings: found } = await runRule(lake, rule, options);
  const findings = found.map(({ finding }) => finding);
  const said = { name, at, findings, run: runInWords(run) };
  return {
    ...said,
    differences: run.error === undefined ? compareFindings(test.expect, findings) : [stopped(rule, run.error)],
  };
}

function runInWords({ method, rowsInWindow, resultRows }: RuleRun): string {
  const seen = rowsInWindow === undefined ? '' : ` over ${rowsInWindow} rows in its window`;
  return `${method}${seen}: ${resultRows} result ${resultRows === 1 ? 'row' : 'rows'}`;
}

/** What stopped a rule, which begins with its place where that is known. */
function stopped(rule: Rule, said: string) {
  const [, place = rule.path, message = said] = /^(\S.*?:\d+:\d+): (.*)$/s.exec(said) ?? [];
  const advice = 'Correct the query, or the rows.';
  return { kind: 'error', error: { code: 'RULE_STOPPED', at: placeOfText(place), message, advice } } as const;
}
