import { type Found, findingsOf } from '../detect/findings.ts';
import type { InlineRow } from '../detect/inlineRows.ts';
import { oncePerRule } from '../detect/oncePerRule.ts';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { isOurs, runRule } from '../detect/runRule.ts';
import { fires } from '../detect/trigger.ts';
import type { MemoryLake } from '../lake/memoryLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { TestResult } from '../model/ruleTest.ts';
import type { Rule } from '../rules/rule.ts';
import { type Table, weirSchema } from '../tables/index.ts';
import type { RuleTest } from './ruleTest.ts';
import { completed, plainRun, type Rows, resultOf, selects, spanOf } from './runTest.ts';

/** A rule whose findings are told of all its tests at once: which test a row is of stands first in the finding key, so
 *  that nothing of two tests meets. Undefined where the rule itself looks at keys or ids, which this changes, and where
 *  results may name no row.
 *
 *  Findings take longer than runs, and are told of a thousand rows as fast as of one. */
export const asOneOfMany = oncePerRule((rule): Rule | undefined => {
  const looks = /\bEventId\b/.test(rule.query) || rule.weir.score.add.some(({ when }) => /\bKey\b/.test(when));
  if (looks || fires(rule.trigger, 0)) return undefined;
  const { finding } = rule.weir;
  const marked = { ...rule, weir: { ...rule.weir, finding: { ...finding, key: [testColumn, ...finding.key] } } };
  const { lineage, loose } = ruleQuery(marked, weirSchema).atMoment;
  return lineage === undefined || loose ? undefined : marked;
});

/** No query gives a column of this name. */
const testColumn = '$test';

export interface RowsTest {
  readonly test: RuleTest;
  readonly rows: Rows;
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
  const all = new Map<Table, InlineRow[]>();
  const runs: { readonly test: RuleTest; readonly mark: string; readonly run: RuleRun }[] = [];
  for (const table of kept) await engine.run(`DROP TABLE IF EXISTS temp.tests_${table}`);
  for (const [index, { test, rows }] of tests.entries()) {
    const mark = `${index}/`;
    const whole = completed(rows, catalogue, mark);
    for (const [table, some] of whole) all.set(table, [...(all.get(table) ?? []), ...some]);
    await lake.fill(selects(whole));
    const { run } = await runRule(lake, rule, {
      ...plainRun,
      span: await spanOf(lake, whole),
      asOf: test.asOf,
      conditions: [],
      conclude: () => keep(lake, mark),
    });
    runs.push({ test, mark, run });
  }
  const found = runs.some(({ run }) => run.resultRows > 0) ? await tell(lake, rule, all) : [];
  if (found === undefined) return undefined;
  return new Map(
    runs.map(({ test, mark, run }) => {
      const shown = found.filter(({ key }) => key[0] === mark).map(({ finding }) => unmarked(finding, mark));
      return [test, resultOf(rule, test, run, { shown, hidden: 0 })];
    }),
  );
}

const kept = ['evidence', 'loose', 'details'] as const;

/** Puts a test's evidence to that of the tests before it. */
async function keep({ engine }: MemoryLake, mark: string): Promise<Found[]> {
  for (const table of kept) {
    await engine.run(`CREATE TEMP TABLE IF NOT EXISTS tests_${table} AS FROM temp.detect_${table} LIMIT 0`);
    await engine.run(`INSERT INTO temp.tests_${table}
      SELECT * REPLACE ('${mark}' AS result_key_0) FROM temp.detect_${table}`);
  }
  return [];
}

/** The findings of all kept evidence, over the rows of all tests. */
async function tell(lake: MemoryLake, rule: Rule, rows: Rows): Promise<Found[] | undefined> {
  const { engine } = lake;
  await lake.fill(selects(rows));
  for (const table of kept) await engine.run(`ALTER TABLE temp.tests_${table} RENAME TO detect_${table}`);
  try {
    const { tables } = ruleQuery(rule, weirSchema);
    return await findingsOf(engine, rule, { tables, conditions: [], growth: false });
  } catch (error) {
    if (!(error instanceof Error) || isOurs(error)) throw error;
    return undefined;
  } finally {
    for (const table of kept) await engine.run(`DROP TABLE temp.detect_${table}`);
  }
}

function unmarked(finding: Finding, mark: string): Finding {
  const { evidence } = finding;
  const plain = (id: string) => (id.startsWith(mark) ? id.slice(mark.length) : id);
  const sample = evidence.sample.map((row) => ({ ...row, eventId: plain(row.eventId) }));
  return { ...finding, evidence: { ...evidence, eventIds: evidence.eventIds.map(plain), sample } };
}
