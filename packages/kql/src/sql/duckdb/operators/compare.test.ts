import { expect, it } from 'vitest';
import { compile } from '../../../compile.ts';
import { openEngine } from '../../../duckdb.fixture.ts';

const schema = { tables: { E: [{ name: 'n', type: 'long' as const }] } };

// DuckDB drops such rows of a whole table or row group where `IS DISTINCT FROM` stands in an OR (seen in 1.5.6).
it.each(['E | where n != 1 or n > 0', 'E | where not(n == 1) or n > 0', 'E | where n !in (1, 2) or n > 5'])(
  'rows of nulls alone are kept: %s',
  async (query) => {
    const engine = await openEngine();
    await engine.run('CREATE TABLE E AS SELECT NULL::BIGINT AS n FROM range(3)');
    const { sql = '' } = compile(query, { schema, dialect: 'duckdb' });
    expect((await engine.runAndReadAll(sql)).currentRowCount, sql).toBe(3);
  },
);
