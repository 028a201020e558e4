import { rowsSelect } from '../detect/inlineRows.ts';
import { runRule } from '../detect/runRule.ts';
import type { TimeSpan } from '../detect/ticks.ts';
import { dataSpan } from '../detect/window.ts';
import type { Lake } from '../lake/lake.ts';
import type { MemoryLake } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Exception } from '../model/exception.ts';
import type { RuleRun } from '../model/finding.ts';
import type { TestResult } from '../model/ruleTest.ts';
import { plural } from '../report/format.ts';
import type { Rule } from '../rules/rule.ts';
import { timelessTables, weirSchema } from '../tables/index.ts';
import { compareFindings } from './compare.ts';
import { completeRow } from './completeRow.ts';
import { withoutExcepted } from './exceptions.ts';
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
  { catalogue, exceptions }: { readonly catalogue: Catalogue; readonly exceptions: readonly Exception[] },
): Promise<TestResult> {
  const whole = [...rows].map(
    ([table, some]) => [table, some.map((row, index) => completeRow(table, row, catalogue, index))] as const,
  );
  await lake.fill(new Map(whole.map(([table, some]) => [table, rowsSelect(table, some)])));
  const timed = [...rows.keys()].filter((table) => !timelessTables.includes(table));
  return runOver(lake, rule, test, { span: await dataSpan(lake, {}, timed), exceptions });
}

/** Runs a test over what a lake holds: a replay over its time, or one run at the test's moment.
 *  @throws UserError for exceptions that are refused */
export async function runOver(
  lake: Pick<Lake, 'engine'>,
  rule: Rule,
  test: RuleTest,
  { span, exceptions }: { readonly span: TimeSpan | undefined; readonly exceptions: readonly Exception[] },
): Promise<TestResult> {
  const { name, at, asOf, expect } = test;
  const options = {
    schema: weirSchema,
    span,
    asOf,
    within: undefined,
    conditions: exceptions,
    growth: false,
    sight: new Map(),
    onRuns: () => {},
  };
  const { run, findings } = await runRule(lake, rule, options);
  const { shown, hidden } = withoutExcepted(findings, exceptions, rule);
  const differences = run.error === undefined ? compareFindings(expect, shown) : [stopped(rule, run.error)];
  return { name, at, differences, findings: shown, run: runInWords(run, hidden) };
}

function runInWords({ method, rowsInWindow, resultRows }: RuleRun, hidden: number): string {
  const seen = rowsInWindow === undefined ? '' : ` over ${plural(rowsInWindow, 'row')} in its window`;
  const excepted = hidden === 0 ? '' : `, ${plural(hidden, 'finding')} hidden by exceptions`;
  return `${method}${seen}: ${plural(resultRows, 'result row')}${excepted}`;
}

/** What stopped a rule, which begins with its place where that is known. */
function stopped(rule: Rule, said: string) {
  const [, place = rule.path, message = said] = /^(\S.*?:\d+:\d+): (.*)$/s.exec(said) ?? [];
  const advice = 'Correct the query, or the rows.';
  return { kind: 'error', error: { code: 'RULE_STOPPED', at: placeOfText(place), message, advice } } as const;
}
