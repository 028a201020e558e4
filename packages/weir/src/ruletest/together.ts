import { ticksPerDay } from '@weir/kql/types';
import { askCompany } from '../detect/companyColumns.ts';
import { detailColumns } from '../detect/details.ts';
import { Evidence, partColumn } from '../detect/evidence.ts';
import { type Found, findingsOf } from '../detect/findings.ts';
import { type InlineRow, type InlineValue, rowsSelect } from '../detect/inlineRows.ts';
import { isoToTicks } from '../detect/isoTime.ts';
import { oncePerRule } from '../detect/oncePerRule.ts';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { isOurs, runRule } from '../detect/runRule.ts';
import type { TimeSpan } from '../detect/ticks.ts';
import { fires } from '../detect/trigger.ts';
import { evidenceTime } from '../detect/window.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { type GivenRows, type MemoryLake, markColumn, rowsOf, shownMark } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { TestResult } from '../model/ruleTest.ts';
import type { Rule } from '../rules/rule.ts';
import { type Table, timelessTables, weirSchema } from '../tables/index.ts';
import type { RuleTest } from './ruleTest.ts';
import { completed, plainRun, type Rows, resultOf } from './runTest.ts';

/** A rule whose findings are told of all its tests at once: which test a row is of stands first in the finding key, so
 *  that nothing of two tests meets. Undefined where the rule itself looks at keys or ids, which this changes, and where
 *  results may name no row.
 *
 *  Findings take longer than runs, and are told of a thousand rows as fast as of one. */
export const asOneOfMany = oncePerRule((rule): Rule | undefined => {
  const looks = /\bEventId\b/.test(rule.query) || rule.weir.score.add.some(({ when }) => /\bKey\b/.test(when));
  if (looks || fires(rule.trigger, 0)) return undefined;
  const { finding } = rule.weir;
  const marked = { ...rule, weir: { ...rule.weir, finding: { ...finding, key: [partColumn, ...finding.key] } } };
  const { lineage, loose } = ruleQuery(marked, weirSchema).atMoment;
  return lineage === undefined || loose ? undefined : marked;
});

export interface RowsTest {
  readonly test: RuleTest;
  readonly rows: Rows;
}

/** Tests of a rule that may be told together. Where its score asks for the company, rows of one test would be the history of
 *  another, and its inventory the other's: then only those without an inventory whose rows are all of one day. */
export function groupsOf(rule: Rule, tests: readonly RowsTest[]): RowsTest[][] {
  if (!askCompany(rule.weir.score.add.map(({ when }) => when))) return [[...tests]];
  const groups = Map.groupBy(tests, (test) => onlyDay(test.rows) ?? test);
  return [...groups.values()];
}

/** The day (UTC) of which every time of these rows is. */
function onlyDay(rows: Rows): bigint | undefined {
  const days = new Set<bigint | undefined>();
  for (const [table, some] of rows) {
    if (timelessTables.includes(table)) return undefined;
    const times = table.stored.filter(({ type }) => type === 'datetime').map(({ name }) => name);
    for (const row of some) for (const name of times) if (row[name] != null) days.add(dayOfTime(row[name]));
  }
  const [day, ...others] = days;
  return others.length === 0 ? day : undefined;
}

function dayOfTime(time: InlineValue): bigint | undefined {
  const ticks = typeof time === 'string' ? isoToTicks(time) : time;
  return typeof ticks === 'bigint' ? ticks / ticksPerDay : undefined;
}

/** Runs tests of a rule, each over rows of its own, and tells their findings together. Undefined where that stops: one by
 *  one it is seen which test stops it. */
export async function runTogether(
  lake: MemoryLake,
  rule: Rule,
  tests: readonly RowsTest[],
  catalogue: Catalogue,
): Promise<ReadonlyMap<RuleTest, TestResult> | undefined> {
  const { engine } = lake;
  await lake.fill(marked(tests, catalogue));
  const spans = await spansByMark(engine, tests);
  const evidence = await Evidence.create(engine, rule.weir.finding.key, detailColumns(rule));
  try {
    const runs: { readonly test: RuleTest; readonly mark: string; readonly run: RuleRun }[] = [];
    for (const [index, { test }] of tests.entries()) {
      const mark = markOf(index);
      await lake.show(mark);
      evidence.part(mark, shownMark);
      const options = { ...plainRun, span: spans.get(mark), asOf: test.asOf, conditions: [], evidence };
      const { run } = await runRule(lake, rule, options);
      runs.push({ test, mark, run });
    }
    await evidence.settle();
    const counts = await evidence.resultRowsOfParts();
    const found = counts.size > 0 ? await tell(lake, rule) : [];
    if (found === undefined) return undefined;
    return new Map(
      runs.map(({ test, mark, run }) => {
        const shown = found.filter(({ key }) => key[0] === mark).map(({ finding }) => unmarked(finding, mark));
        const counted = { ...run, resultRows: counts.get(mark) ?? 0, findings: shown.length };
        return [test, resultOf(rule, test, counted, { shown, hidden: 0 })];
      }),
    );
  } finally {
    await evidence.drop();
  }
}

/** What stands before the ids of a test's rows. */
function markOf(index: number): string {
  return `${index}/`;
}

/** The rows of all tests, each with its test's mark. */
function marked(tests: readonly RowsTest[], catalogue: Catalogue): ReadonlyMap<Table, GivenRows> {
  const all = new Map<Table, InlineRow[]>();
  for (const [index, { rows }] of tests.entries()) {
    const mark = markOf(index);
    for (const [table, some] of completed(rows, catalogue, mark))
      all.set(table, [...(all.get(table) ?? []), ...some.map((row) => ({ ...row, [markColumn.name]: mark }))]);
  }
  return new Map(
    [...all].flatMap(([table, rows]) =>
      rows.length === 0
        ? []
        : [[table, rowsSelect({ ...table, stored: [markColumn, ...table.stored] }, rows)] as const],
    ),
  );
}

/** The time that the rows of each test are of; absent where they have none. */
async function spansByMark(engine: Engine, tests: readonly RowsTest[]): Promise<ReadonlyMap<string, TimeSpan>> {
  const filled = tests.flatMap(({ rows }) => [...rows].flatMap(([table, some]) => (some.length > 0 ? [table] : [])));
  const times = [...new Set(filled)]
    .filter((table) => !timelessTables.includes(table))
    .map(
      (table) =>
        `SELECT ${sqlName(markColumn.name)} AS mark, ${evidenceTime(table.name)} AS time FROM ${rowsOf(table)}`,
    );
  if (times.length === 0) return new Map();
  const spans = await engine.rows<{ mark: string } & TimeSpan>(
    `SELECT mark, min(time) AS "from", max(time) AS "until" FROM (${times.join(' UNION ALL ')})
     WHERE time IS NOT NULL GROUP BY mark`,
  );
  return new Map(spans.map(({ mark, from, until }) => [mark, { from, until }]));
}

/** The findings of all tests' evidence, over the rows of all. */
async function tell(lake: MemoryLake, rule: Rule): Promise<Found[] | undefined> {
  await lake.showAll();
  try {
    const { tables } = ruleQuery(rule, weirSchema);
    return await findingsOf(lake.engine, rule, { tables, conditions: [], growth: false });
  } catch (error) {
    if (!(error instanceof Error) || isOurs(error)) throw error;
    return undefined;
  }
}

function unmarked(finding: Finding, mark: string): Finding {
  const { evidence } = finding;
  const plain = (id: string) => (id.startsWith(mark) ? id.slice(mark.length) : id);
  const sample = evidence.sample.map((row) => ({ ...row, eventId: plain(row.eventId) }));
  return { ...finding, evidence: { ...evidence, eventIds: evidence.eventIds.map(plain), sample } };
}
