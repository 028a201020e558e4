import type { Engine } from '../engine/engine.ts';

/** How many rows fusion hashes or sorts at once: tables of a log of 10 GB leave each other no memory. A hash table of so
 *  many keys takes some 150 MB. */
const usualRowsAtOnce = 2_000_000;

export async function setRowsAtOnce(engine: Engine, rows: number = usualRowsAtOnce): Promise<void> {
  await engine.run(`SET VARIABLE fuse_rows_at_once = ${rows}`);
}

/** A SQL condition over the columns of a key. */
export type KeySlice = (key: readonly string[]) => string;

/** Slices of the rows of `tables`, each of which has all rows of its keys: what is grouped, joined or windowed by the key
 *  may be so a slice at a time. Their number follows the largest of the tables. */
export async function keySlices(engine: Engine, ...tables: readonly string[]): Promise<KeySlice[]> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
  const [sized] = await engine.rows<{ slices: number }>(
    `SELECT ceil(greatest(${counts.join(', ')}, 1) / getvariable('fuse_rows_at_once'))::INTEGER AS slices`,
  );
  const slices = sized?.slices ?? 1;
  return Array.from(
    { length: slices },
    (_, at) => (key) => (slices === 1 ? 'true' : `hash(${key.join(', ')}) % ${slices} = ${at}`),
  );
}

/** A SQL condition over a column of numbers. */
export type NumberSlice = (column: string) => string;

/** Slices of a table's numbers (`event`, `flow`, `row`) by their order. Where they are far apart a slice is long. */
export async function numberSlices(engine: Engine, table: string, number: string): Promise<NumberSlice[]> {
  const parts = await engine.rows<{ part: number; rows: number; size: number }>(
    `SELECT floor(${number} / size)::INTEGER AS part, count(*)::INTEGER AS rows, any_value(size) AS size
     FROM ${table}, (SELECT getvariable('fuse_rows_at_once')::INTEGER AS size) GROUP BY 1 ORDER BY 1`,
  );
  const slices: { from: number; until: number; rows: number }[] = [];
  for (const { part, rows, size } of parts) {
    const [from, until] = [part * size, (part + 1) * size];
    const last = slices.at(-1);
    if (last && last.rows + rows <= size) Object.assign(last, { until, rows: last.rows + rows });
    else slices.push({ from, until, rows });
  }
  return slices.map(
    ({ from, until }) =>
      (column) =>
        `${column} >= ${from} AND ${column} < ${until}`,
  );
}

/** SQL conditions on `row`, one of which holds for each row of `fuse_row`. A join of all rows with several large tables
 *  holds a hash table of each of these at once; of a slice the rows themselves are hashed, and the tables stream past. */
export async function rowSlices(engine: Engine): Promise<string[]> {
  const slices = await numberSlices(engine, 'fuse_row', '"row"');
  return slices.map((slice) => slice('"row"'));
}
