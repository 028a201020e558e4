import type { Engine } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import { intakeTables } from '../tables/index.ts';

/** How many rows fusion hashes or sorts at once: tables of a log of 10 GB leave each other no memory. A hash table of so
 *  many keys takes some 150 MB. */
const usualRowsAtOnce = 2_000_000;

/** Of the fusions that are under way. */
const limits = new WeakMap<Engine, { readonly atOnce: number; readonly few: boolean }>();

/** Runs `work`, a fusion of a lake's rows, whose slices have so many rows. */
export async function withRowsAtOnce<Result>(
  lake: Lake,
  atOnce: number = usualRowsAtOnce,
  work: () => Promise<Result>,
): Promise<Result> {
  limits.set(lake.engine, { atOnce, few: rowsOf(lake) ** 2 <= atOnce });
  try {
    return await work();
  } finally {
    limits.delete(lake.engine);
  }
}

/** How many rows there are to fuse. */
export function rowsOf(lake: Lake): number {
  return intakeTables.reduce((rows, table) => rows + lake.count(table), 0);
}

/** Whether the rows are so few that not even all pairs of them need slices: then nothing is counted to find that out, and
 *  what is read often is a table in memory rather than a view of files. Planning is all that such a fusion costs. */
export function isFew(engine: Engine): boolean {
  return limitsOf(engine).few;
}

function limitsOf(engine: Engine) {
  return limits.get(engine) ?? { atOnce: usualRowsAtOnce, few: false };
}

/** A SQL condition over the columns of a key. */
export type KeySlice = (key: readonly string[]) => string;

/** Slices of the rows of `tables`, each of which has all rows of its keys: what is grouped, joined or windowed by the key
 *  may be so a slice at a time. Their number follows the largest of the tables. */
export async function keySlices(engine: Engine, ...tables: readonly string[]): Promise<KeySlice[]> {
  const { atOnce, few } = limitsOf(engine);
  if (few) return [() => 'true'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`);
  const [sized] = await engine.rows<{ slices: number }>(
    `SELECT ceil(greatest(${counts.join(', ')}, 1) / ${atOnce})::INTEGER AS slices`,
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
  const { atOnce: size, few } = limitsOf(engine);
  if (few) return (await engine.rows(`FROM ${table} LIMIT 1`)).map(() => () => 'true');
  const parts = await engine.rows<{ part: number; rows: number }>(
    `SELECT floor(${number} / ${size})::INTEGER AS part, count(*)::INTEGER AS rows FROM ${table} GROUP BY 1 ORDER BY 1`,
  );
  const slices: { from: number; until: number; rows: number }[] = [];
  for (const { part, rows } of parts) {
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

/** Makes a table of what a SELECT gives, a slice at a time. */
export async function createSliced<Slice extends KeySlice | NumberSlice>(
  engine: Engine,
  table: string,
  slices: readonly Slice[],
  select: (slice: Slice | (() => string)) => string,
): Promise<void> {
  const [first = () => 'false', ...rest] = slices;
  await engine.run(`CREATE OR REPLACE TABLE fusion.${table} AS ${select(first)}`);
  for (const slice of rest) await engine.run(`INSERT INTO ${table} ${select(slice)}`);
}

/** SQL conditions on `row`, one of which holds for each row of `fuse_row`. A join of all rows with several large tables
 *  holds a hash table of each of these at once; of a slice the rows themselves are hashed, and the tables stream past. */
export async function rowSlices(engine: Engine): Promise<string[]> {
  const slices = await numberSlices(engine, 'fuse_row', '"row"');
  return slices.map((slice) => slice('"row"'));
}
