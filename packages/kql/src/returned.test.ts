import { describe, expect, it } from 'vitest';
import { openEngine, rowsOf, WrongTypes } from './duckdb.fixture.ts';
import { unlikePromised } from './returned.ts';

describe('unlikePromised', () => {
  const columns = [
    { name: 'a', type: 'long' },
    { name: 'd', type: 'dynamic' },
  ] as const;

  it('is silent where DuckDB returned what was promised', () => {
    expect(unlikePromised(columns, ['BIGINT', 'JSON'])).toBeUndefined();
    expect(unlikePromised([{ name: 'x', type: 'decimal' }], ['DECIMAL(38,0)'])).toBeUndefined();
    expect(unlikePromised([{ name: 'EventIds', type: 'dynamic' }], ['VARCHAR[]'])).toBeUndefined();
  });

  it('names the column, both types and what came', () => {
    expect(unlikePromised(columns, ['DOUBLE', 'JSON'])).toBe('a: long (BIGINT) promised, DOUBLE returned');
    expect(unlikePromised(columns, ['BIGINT'])).toBe('2 columns promised, 1 returned');
  });

  it('guards the rows of every test', async () => {
    const lie = { sql: `SELECT 1.5 AS a`, columns: [{ name: 'a', type: 'long' }] as const };
    await expect(rowsOf(await openEngine(), lie)).rejects.toThrow(WrongTypes);
  });
});
