import { expect, it } from 'vitest';
import { openEngine, rowsOf } from './duckdb.fixture.ts';
import { compile } from './index.ts';
import { emptyTable } from './tables.ts';
import type { Column } from './types.ts';

const types = ['bool', 'int', 'long', 'real', 'decimal', 'datetime', 'timespan', 'string', 'guid', 'dynamic'] as const;
const columns: readonly Column[] = types.map((type) => ({ name: `a "${type}"`, type }));

it("makes a table over which the dialect's queries run and promise what they give", async () => {
  const engine = await openEngine();
  await engine.run(emptyTable('T', columns, 'duckdb'));
  const compiled = compile('T', { schema: { tables: { T: columns } }, dialect: 'duckdb' });
  expect(await rowsOf(engine, compiled)).toEqual([]);
  expect(compiled.columns).toEqual(columns);
});

it('names columns as ClickHouse quotes them, and none but texts without null', () => {
  expect(emptyTable('T', columns.slice(-3), 'clickhouse')).toBe(
    String.raw`CREATE OR REPLACE TABLE "T" ("a \"string\"" String, "a \"guid\"" Nullable(UUID), "a \"dynamic\"" Nullable(String)) ENGINE = Memory`,
  );
});
