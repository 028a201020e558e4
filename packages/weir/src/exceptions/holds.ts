import { compile } from '@weir/kql';
import { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { findingColumns, findingSchema } from '../rules/finding.ts';
import { asColumn } from './probe.ts';

/** A finding as conditions see it: `findingColumns` by name. What is absent is not known. Longs beyond 2^53 are texts. */
export type FindingRow = Readonly<Record<string, string | number | boolean | null>>;

const types = { string: 'VARCHAR', long: 'BIGINT', real: 'DOUBLE', bool: 'BOOLEAN', datetime: 'BIGINT' } as const;

/** For each of some conditions, that compile, for which findings it holds: in one pass. Null counts as not so. */
export async function holdsForEach(
  conditions: readonly string[],
  findings: readonly FindingRow[],
): Promise<boolean[][]> {
  if (conditions.length === 0 || findings.length === 0) return conditions.map(() => []);
  const table = [{ name: 'Place', type: 'long' as const }, ...findingColumns];
  const schema = { ...findingSchema, tables: { Finding: table } };
  const terms = conditions.map((when, index) => asColumn(`Holds${index}`, when));
  const { sql, diagnostics } = compile(`Finding\n| project Place, ${terms.join(',\n')}`, { schema, dialect: 'duckdb' });
  if (sql === undefined) throw new Error(`a condition compiled before and not now: ${diagnostics[0]?.message}`);
  const columns = findingColumns.map(({ name, type }) => {
    const value = `(row ->> ${sqlText(`$.${name}`)})::${types[type as keyof typeof types]}`;
    return `${type === 'string' ? `coalesce(${value}, '')` : value} AS ${sqlName(name)}`;
  });
  const engine = await Engine.open({ memoryMb: 400, threads: 1, spillDirectory: '' });
  try {
    await engine.run(
      `CREATE TEMP TABLE given AS SELECT unnest(range(len(rows))) AS "Place", unnest(rows) AS row
        FROM (SELECT from_json($rows, '["JSON"]') AS rows)`,
      { rows: JSON.stringify(findings) },
    );
    const held = await engine.table(`WITH "Finding" AS (SELECT "Place", ${columns.join(', ')} FROM temp.given) ${sql}`);
    const places = new Map(held.map(([place, ...holds]) => [Number(place), holds]));
    return conditions.map((_, nth) => findings.map((__, index) => places.get(index)?.[nth] === true));
  } finally {
    engine.close();
  }
}
