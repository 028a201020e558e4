import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { isFew } from './slices.ts';

/** Makes the temporary table `target` with one row for each row of the one-column SELECT `distinct`, as `map` gives it:
 *  the one place where fusion computes in JavaScript, once a distinct value and in bounded batches. `columns` names the
 *  target's columns with their DuckDB types; what `map` gives undefined for gets no row. */
export async function mapDistinct<Row extends object>(
  engine: Engine,
  target: string,
  columns: Readonly<Record<keyof Row & string, string>>,
  distinct: string,
  map: (value: string) => Row | undefined,
): Promise<void> {
  const shape = sqlText(JSON.stringify([columns]));
  const definitions = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await engine.run(`CREATE OR REPLACE TABLE fusion.${target} (${definitions.join(', ')})`);
  const add = (values: readonly { value: string }[]) => {
    const rows = values.map(({ value }) => map(value)).filter((row) => row !== undefined);
    if (rows.length === 0) return;
    return engine.run(`INSERT INTO ${target} BY NAME SELECT unnest(from_json($rows::JSON, ${shape}), max_depth := 2)`, {
      rows: JSON.stringify(rows),
    });
  };
  if (isFew(engine)) return void (await add(await engine.rows(`SELECT value FROM (${distinct}) AS d(value)`)));
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_distinct AS SELECT row_number() OVER () AS n, value FROM (${distinct}) AS d(value)`,
  );
  for (let from = 0; ; from += batch) {
    const values = await engine.rows<{ value: string }>(
      `SELECT value FROM fuse_distinct WHERE n > ${from} AND n <= ${from + batch}`,
    );
    if (values.length === 0) break;
    await add(values);
    if (values.length < batch) break;
  }
  await engine.run('DROP TABLE fuse_distinct');
}

const batch = 20_000;
