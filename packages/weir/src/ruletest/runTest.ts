import { type InlineRow, rowsSelect } from '../detect/inlineRows.ts';
import { runRule } from '../detect/runRule.ts';
import type { TimeSpan } from '../detect/ticks.ts';
import { dataSpan } from '../detect/window.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { MemoryLake } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Exception } from '../model/exception.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { TestResult } from '../model/ruleTest.ts';
import { plural } from '../report/format.ts';
import type { Rule } from '../rules/rule.ts';
import { type Table, timelessTables, weirSchema } from '../tables/index.ts';
import { compareFindings } from './compare.ts';
import { completeRow } from './completeRow.ts';
import { withoutExcepted } from './exceptions.ts';
import { placeOfText } from './place.ts';
import type { RuleTest, TestData } from './ruleTest.ts';

export type Rows = Extract<TestData, { kind: 'rows' }>['rows'];

/** Runs a test over rows of its own, which take the place of those of the test before. */
export async function runOverRows(
  lake: MemoryLake,
  rule: Rule,
  test: RuleTest,
  rows: Rows,
  { catalogue, exceptions }: { readonly catalogue: Catalogue; readonly exceptions: readonly Exception[] },
): Promise<TestResult> {
  const whole = completed(rows, catalogue);
  await lake.fill(selects(whole));
  return runOver(lake, rule, test, { span: await spanOf(lake, whole), exceptions });
}

/** Rows as intake and fusion would have them; `mark` stands before the ids of all. */
export function completed(rows: Rows, catalogue: Catalogue, mark = ''): Rows {
  const complete = (table: Table, row: InlineRow, index: number): InlineRow => {
    const whole = completeRow(table, row, catalogue, index);
    return mark === '' || whole.EventId === undefined ? whole : { ...whole, EventId: `${mark}${whole.EventId}` };
  };
  return new Map([...rows].map(([table, some]) => [table, some.map((row, index) => complete(table, row, index))]));
}

export function selects(rows: Rows): Parameters<MemoryLake['fill']>[0] {
  return new Map([...rows].map(([table, some]) => [table, rowsSelect(table, some)]));
}

export function spanOf(lake: MemoryLake, rows: Rows): Promise<TimeSpan | undefined> {
  return dataSpan(
    lake,
    {},
    [...rows.keys()].filter((table) => !timelessTables.includes(table)),
  );
}

/** Runs a test over what a lake holds: a replay over its time, or one run at the test's moment.
 *  @throws UserError for exceptions that are refused */
export async function runOver(
  lake: ReadableLake,
  rule: Rule,
  test: RuleTest,
  { span, exceptions }: { readonly span: TimeSpan | undefined; readonly exceptions: readonly Exception[] },
): Promise<TestResult> {
  const { asOf } = test;
  const options = { ...plainRun, span, asOf, conditions: exceptions };
  const { run, findings } = await runRule(lake, rule, options);
  return resultOf(rule, test, run, withoutExcepted(findings, exceptions, rule));
}

/** What no test asks of a run. */
export const plainRun = {
  schema: weirSchema,
  within: undefined,
  growth: false,
  sight: new Map(),
  onRuns: () => {},
} as const;

/** How a test came out of a run and what it found. */
export function resultOf(
  rule: Rule,
  { name, at, expect }: RuleTest,
  run: RuleRun,
  { shown, hidden }: { readonly shown: readonly Finding[]; readonly hidden: number },
): TestResult {
  const differences = run.error === undefined ? compareFindings(expect, shown) : [stopped(rule, run.error)];
  return { name, at, differences, findings: shown, run: runInWords(run, hidden) };
}

function runInWords({ method, rowsInWindow, resultRows }: RuleRun, hidden: number): string {
  const seen = rowsInWindow === undefined ? '' : ` over ${plural(rowsInWindow, 'row')} in its window`;
  const excepted = hidden === 0 ? '' : `, ${plural(hidden, 'finding')} hidden by exceptions`;
  return `${plural(resultRows, 'result row')}${excepted} (${method}${seen})`;
}

/** What stopped a rule, which begins with its place where that is known. */
function stopped(rule: Rule, said: string) {
  const [, place = rule.path, message = said] = /^(\S.*?:\d+:\d+): (.*)$/s.exec(said) ?? [];
  const advice = 'Correct the query, or the rows.';
  return { kind: 'error', error: { code: 'RULE_STOPPED', at: placeOfText(place), message, advice } } as const;
}
