import { join } from 'node:path';
import { compile, emptyTable, type Plan, planToSql } from '@weir/kql';
import type { Column } from '@weir/kql/types';
import { oncePerRule } from '../detect/oncePerRule.ts';
import { queryError, tablesOf } from '../detect/ruleQuery.ts';
import { isOurs } from '../detect/runRule.ts';
import { replayMoments, type TimeSpan, tickAtOrAfter } from '../detect/ticks.ts';
import { bound, isTimeless, rowsAt, timesOf } from '../detect/window.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { Difference, TestResult } from '../model/ruleTest.ts';
import type { UserError } from '../model/userError.ts';
import { plural } from '../report/format.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import type { ClickHouseProcess } from './clickhouse.ts';
import { onlyOne, rowText } from './resultRows.ts';
import type { RuleTest } from './ruleTest.ts';

/** A rule's query as ClickHouse can run it, or why it cannot. */
export const planForBoth = oncePerRule((rule): Plan | UserError => {
  const { plan, sql, diagnostics } = compile(rule.query, { schema: weirSchema, dialect: 'clickhouse' });
  return plan === undefined || sql === undefined ? queryError(rule, diagnostics) : plan;
});

/** ClickHouse beside DuckDB. */
export interface Beside {
  readonly clickhouse: ClickHouseProcess;
  /** A folder that both may use. */
  readonly directory: string;
}

/** A test's result, with what ClickHouse makes of the same rows: at the test's moment, or at the ticks of its replay that are
 *  the first to see some row, the rule's query has the same result rows, or the test fails. */
export async function withClickHouse(
  result: TestResult,
  { engine }: ReadableLake,
  { rule, test, plan, span }: Compared,
  beside: Beside,
): Promise<TestResult> {
  if (result.differences.some(({ kind }) => kind === 'error')) return result;
  const tables = tablesOf(plan);
  const moments = test.asOf === undefined ? await momentsOf(engine, rule, tables, span) : [test.asOf];
  const differences: Difference[] = [];
  for (const moment of moments) {
    const difference = await differenceAt(moment, engine, rule, { plan, tables }, beside);
    if (difference !== undefined) differences.push(difference);
  }
  const asked = plural(moments.length, 'moment');
  const said = differences.length === 0 ? `agrees at ${asked}` : `differs at ${differences.length} of ${asked}`;
  const run = `${result.run}; ClickHouse ${said}`;
  return { ...result, differences: [...result.differences, ...differences], run };
}

export interface Compared {
  readonly rule: Rule;
  readonly test: RuleTest;
  readonly plan: Plan;
  readonly span: TimeSpan | undefined;
}

/** Moments of one test that are compared. */
const momentsMost = 20;
const second = 10_000_000n;

/** The ticks that are the first to see a row of these tables, the last among them; of more than `momentsMost` as many, evenly. */
async function momentsOf(
  engine: Engine,
  { schedule }: Rule,
  tables: readonly string[],
  span: TimeSpan | undefined,
): Promise<bigint[]> {
  if (span === undefined) return [];
  if (schedule === null) return [tickAtOrAfter(span.until, second)];
  const { frequency } = schedule;
  const { last } = replayMoments(span, frequency);
  const ticks = tables
    .filter((table) => !isTimeless(table))
    .map((table) => {
      const { entered } = timesOf(table, {});
      return `SELECT (${entered} + ${frequency - 1n}) // ${frequency} * ${frequency} AS tick FROM main.${sqlName(table)}`;
    });
  const found = ticks.length === 0 ? [] : await engine.rows<{ tick: bigint }>(ticks.join(' UNION '));
  const all = [...new Set([...found.map(({ tick }) => tick), last])].sort((a, b) => (a < b ? -1 : 1));
  if (all.length <= momentsMost) return all;
  return Array.from({ length: momentsMost }, (_, index) => {
    const place = Math.round(((index + 1) * all.length) / momentsMost) - 1;
    return all[place] ?? last;
  });
}

/** The rule's query at a moment over what it sees then, on both engines. */
async function differenceAt(
  moment: bigint,
  engine: Engine,
  { schedule }: Rule,
  { plan, tables }: { readonly plan: Plan; readonly tables: readonly string[] },
  beside: Beside,
): Promise<Difference | undefined> {
  const period = schedule?.period ?? null;
  const seen = new Map(
    tables.map((table) => {
      const all = `main.${sqlName(table)}`;
      return [table, isTimeless(table) ? `FROM ${all}` : rowsAt(all, timesOf(table, {}), moment, period)];
    }),
  );
  const textsOf = (rows: readonly (readonly unknown[])[]) => rows.map((row) => rowText(plan.columns, row));
  const ours = textsOf(await engine.table(bound(seen, planToSql(plan, { dialect: 'duckdb', now: moment }).sql)));
  try {
    for (const [table, rows] of seen) await handOver(engine, table, rows, beside);
    const theirs = await beside.clickhouse.ask(planToSql(plan, { dialect: 'clickhouse', now: moment }).sql);
    const [duckdb, clickhouse] = onlyOne(ours, textsOf(theirs.rows));
    return duckdb.length + clickhouse.length === 0 ? undefined : { kind: 'engines', moment, duckdb, clickhouse };
  } catch (error) {
    if (!(error instanceof Error) || isOurs(error)) throw error;
    const [said = ''] = error.message.split('\n');
    return { kind: 'engines', moment, duckdb: ours, clickhouse: said };
  }
}

/** Puts rows of DuckDB (SQL) into a table of ClickHouse, by way of a Parquet file. */
async function handOver(engine: Engine, table: string, rows: string, { clickhouse, directory }: Beside): Promise<void> {
  const columns = weirSchema.tables[table] ?? [];
  const file = join(directory, 'handed-over.parquet');
  const count = await engine.run(
    `COPY (SELECT ${columns.map(plainly).join(', ')} FROM (${rows})) TO ${sqlText(file)} (FORMAT parquet)`,
  );
  await clickhouse.ask(emptyTable(table, columns, 'clickhouse'));
  if (count > 0) await clickhouse.ask(`INSERT INTO ${sqlName(table)} SELECT * FROM file(${sqlText(file)}, Parquet)`);
}

/** A column as Parquet takes it to ClickHouse: a dynamic as JSON's text, and no text null. */
function plainly({ name, type }: Column): string {
  const column = sqlName(name);
  if (type === 'string') return `coalesce(${column}, '') AS ${column}`;
  return type === 'dynamic' || type === 'guid' ? `${column}::VARCHAR AS ${column}` : column;
}
