import { compile } from '@weir/kql';
import { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { columnsNamed, findingColumns, findingSchema } from '../rules/finding.ts';
import { asColumn } from './probe.ts';

/** A finding as conditions see it: `findingColumns` by name. What is absent is not known. Longs beyond 2^53 are texts. */
export type FindingRow = Readonly<Record<string, string | number | boolean | null>>;

const types = { string: 'VARCHAR', long: 'BIGINT', real: 'DOUBLE', bool: 'BOOLEAN', datetime: 'BIGINT' } as const;

/** Asks conditions, that compile, of many findings. */
export interface Asked {
  /** What they read of a finding: its other columns need not be given. */
  readonly columns: ReadonlySet<string>;
  /** For each finding, which of the conditions hold, in their order. Null counts as not so. */
  readonly of: (findings: readonly FindingRow[]) => Promise<boolean[][]>;
}

/** As many characters of findings, as JSON, as are asked at once. */
const atOnce = 1_000_000;

/** `ask` may ask any number of findings, a few at a time: little memory is taken, however many there are. */
export async function askingAll<Result>(
  conditions: readonly string[],
  ask: (asked: Asked) => Promise<Result>,
): Promise<Result> {
  const table = [{ name: 'Place', type: 'long' as const }, ...findingColumns];
  const schema = { ...findingSchema, tables: { Finding: table } };
  const terms = conditions.map((when, index) => asColumn(`Holds${index}`, when));
  const text = `Finding\n| project ${['Place', ...terms].join(',\n')}`;
  const { sql, diagnostics } = compile(text, { schema, dialect: 'duckdb' });
  if (sql === undefined) throw new Error(`a condition compiled before and not now: ${diagnostics[0]?.message}`);
  const named = columnsNamed(conditions);
  const columns = findingColumns.map(({ name, type }) => {
    const value = `(row ->> ${sqlText(`$.${name}`)})::${types[type as keyof typeof types]}`;
    return `${type === 'string' ? `coalesce(${value}, '')` : value} AS ${sqlName(name)}`;
  });
  const engine = await Engine.open({ memoryMb: 100, threads: 1, spillDirectory: '' });
  const askSome = async (rows: readonly string[]): Promise<boolean[][]> => {
    await engine.run(
      `CREATE OR REPLACE TEMP TABLE given AS SELECT unnest(range(len(rows))) AS "Place", unnest(rows) AS row
        FROM (SELECT from_json($rows, '["JSON"]') AS rows)`,
      { rows: `[${rows.join(',')}]` },
    );
    const held = await engine.table(`WITH "Finding" AS (SELECT "Place", ${columns.join(', ')} FROM temp.given) ${sql}`);
    const places = new Map(held.map(([place, ...holds]) => [Number(place), holds]));
    return rows.map((_, place) => conditions.map((__, nth) => places.get(place)?.[nth] === true));
  };
  try {
    return await ask({
      columns: named,
      of: async (findings) => {
        const held: boolean[][] = [];
        let some: string[] = [];
        let size = 0;
        for (const finding of findings) {
          const row = JSON.stringify(finding);
          if (some.length > 0 && size + row.length > atOnce) {
            held.push(...(await askSome(some)));
            some = [];
            size = 0;
          }
          some.push(row);
          size += row.length;
        }
        if (some.length > 0) held.push(...(await askSome(some)));
        return held;
      },
    });
  } finally {
    engine.close();
  }
}
