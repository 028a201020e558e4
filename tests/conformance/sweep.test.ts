import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../packages/kql/src/duckdb.fixture.ts';
import { type Column, compile, planToSql, type Swept, sweep } from '../../packages/kql/src/index.ts';
import { eventRows, eventsSchema, newYear, queries } from '../../packages/kql/src/queries.fixture.ts';
import { clickhouse } from '../../packages/kql/src/sql/clickhouse/dialect.ts';
import type { Dialect } from '../../packages/kql/src/sql/dialect.ts';
import { duckdb } from '../../packages/kql/src/sql/duckdb/dialect.ts';
import { ClickHouse, chdbHome } from './clickhouse.ts';
import { WrongTypes } from './engine.ts';

const hour = 36_000_000_000n;
const [frequency, period, last] = [2n * hour, 5n * hour, newYear + 8n * hour];
const names = { enter: '$enter', exit: '$exit', step: 'step_', timeless: () => false };
const columns: readonly Column[] = [
  ...(eventsSchema.tables.E ?? []),
  { name: names.enter, type: 'long' },
  { name: names.exit, type: 'long' },
];

type Row = readonly (string | bigint | boolean | null)[];

/** The rows that some moment sees, with those that do. */
function timed(rows: readonly Row[]): Row[] {
  const tick = (time: bigint) => ((time + frequency - 1n) / frequency) * frequency;
  return rows.flatMap((row) => {
    const time = row[1];
    if (typeof time !== 'bigint' || time > last) return [];
    const exit = tick(time + period);
    return [[...row, tick(time), exit < last ? exit : last + frequency]];
  });
}

function insertion(rows: readonly Row[], dialect: Dialect): string {
  const value = (row: Row) => row.map((item, index) => dialect.constant(item, columns[index]?.type ?? 'string'));
  return `INSERT INTO E VALUES ${rows.map((row) => `(${value(row).join(', ')})`).join(', ')}`;
}

function bag(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => row.map(String).join(' | ')).sort();
}

const written = [
  'E | where t > ago(3h) | summarize c = count(), s = sum(n), a = avg(n), d = dcount(k), m = max(n), l = make_set(i) by k | where c > 1',
  'E | join kind=leftanti (E | where n > 0 | where t > ago(2h) | project k) on k | summarize c = count(), s = sumif(n, b) by k',
  'E | join kind=leftouter (E | where n > 0 | project k, q = n) on k | summarize c = count(), s = sum(q) by k, i',
  'E | join kind=fullouter (E | where t >= ago(2h) and b | project k, q = n) on k | where n > 0',
  'E | where k in ((E | where t > ago(1h) | distinct k)) | summarize c = count() by k | where c >= 2',
];

describe.skipIf(!existsSync(chdbHome))('a sweep', { timeout: 300_000 }, () => {
  const other = new ClickHouse(chdbHome);
  afterAll(() => other.close());

  /** A statement, which has no columns. */
  const run = (sql: string) =>
    other.rows(sql, []).catch((error) => {
      if (!(error instanceof WrongTypes)) throw error;
    });

  it('gives the same intervals on ClickHouse as on DuckDB', async () => {
    const engine = await openEngine();
    let carried = 0;
    await fc.assert(
      fc.asyncProperty(eventRows, fc.oneof(queries(), fc.constantFrom(...written)), async (drawn, text) => {
        const { plan } = compile(text, { schema: eventsSchema, dialect: 'duckdb' });
        const swept = plan && sweep(plan, plan.columns, undefined, { frequency, period, ...names });
        if (swept === undefined || 'reason' in swept) return;
        carried += 1;
        const rows = timed(drawn as readonly Row[]);
        await other.createTables({ E: columns });
        const list = columns.map(({ name, type }) => `"${name}" ${duckdbType(type)}`);
        await engine.run(`CREATE OR REPLACE TABLE E (${list.join(', ')})`);
        if (rows.length > 0) {
          await engine.run(insertion(rows, duckdb));
          await run(insertion(rows, clickhouse));
        }
        for (const { name, plan: step } of swept.steps) {
          await engine.run(`CREATE OR REPLACE TABLE ${name} AS ${planToSql(step, { dialect: 'duckdb' }).sql}`);
          const made = planToSql(step, { dialect: 'clickhouse' }).sql;
          await run(`CREATE OR REPLACE TABLE ${name} ENGINE = Memory AS ${made}`);
        }
        const theirs = await other.rows(sqlOf(swept, 'clickhouse'), swept.plan.columns);
        const ours = await engine.runAndReadAll(sqlOf(swept, 'duckdb'));
        expect(bag(theirs)).toEqual(bag(ours.getRows()));
      }),
      { numRuns: 60 },
    );
    expect(carried).toBeGreaterThan(20);
  });
});

function sqlOf({ plan }: Swept, dialect: 'duckdb' | 'clickhouse'): string {
  return planToSql(plan, { dialect }).sql;
}

function duckdbType(type: Column['type']): string {
  return { string: 'VARCHAR', bool: 'BOOLEAN', int: 'INTEGER' }[type as string] ?? 'BIGINT';
}
