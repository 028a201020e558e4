import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { moveIn } from './adopt.ts';
import type { Manifest, NewTombstone } from './manifest.ts';
import { ownColumns, type Tombstone } from './segment.ts';

export interface Graves {
  readonly disk: Disk;
  readonly engine: Engine;
  readonly manifest: Manifest;
  readonly directory: string;
  /** A folder on the same file system, for a file that is not moved in yet. */
  readonly scratch: string;
  readonly next: () => number;
}

/** Writes positions (SQL of `segment` and `row`) as a file of the lake, each where its row stands now: it may have been
 *  merged into another segment since it was read. Undefined where no row is left of them.
 *  @throws Error where a row was replaced before: two rows in its place would both stand */
export async function bury(positions: string, graves: Graves): Promise<NewTombstone | undefined> {
  const { engine, manifest, directory } = graves;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE lake_positions AS SELECT DISTINCT segment::BIGINT AS segment, "row"::BIGINT AS "row" FROM (${positions})`,
  );
  try {
    const of = await followed(engine, manifest, directory);
    if (of.length === 0) return undefined;
    await refuseReplaced(engine, manifest.tombstonesOf(of.map(({ segment }) => segment)));
    return await writePositions('FROM temp.lake_positions', graves);
  } finally {
    await engine.run('DROP TABLE temp.lake_positions');
  }
}

/** The positions that a tombstone names of segments, in the files that they were merged into, as a tombstone of its own.
 *  Undefined where none of them is there. */
export async function buryAgain(
  tombstone: Tombstone,
  segments: readonly number[],
  into: readonly { readonly id: number; readonly name: string }[],
  graves: Graves,
): Promise<NewTombstone | undefined> {
  const named = `FROM read_parquet(${sqlText(tombstone.file)}) WHERE segment IN (${segments.join(', ')})`;
  const buried =
    into.length === 0 ? undefined : await writePositions(movedPositions(named, into, graves.directory), graves);
  return buried && { ...buried, when: { seq: tombstone.seq, at: tombstone.at } };
}

/** Writes positions, each once, as a file of the lake. */
async function writePositions(
  select: string,
  { disk, engine, directory, scratch, next }: Graves,
): Promise<NewTombstone | undefined> {
  const id = next();
  const name = `tombstones-${String(id).padStart(9, '0')}.parquet`;
  const file = join(scratch, name);
  const rows = await engine.run(
    `COPY (FROM (${select}) ORDER BY ALL) TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)`,
  );
  if (rows === 0) return undefined;
  const of = await countsOf(engine, `read_parquet(${sqlText(file)})`);
  return { id, name, rows, of, ...(await moveIn(disk, file, directory, name)) };
}

async function countsOf(
  engine: Engine,
  positions: string,
): Promise<{ readonly segment: number; readonly rows: number }[]> {
  const counted = await engine.rows<{ segment: bigint; rows: bigint }>(
    `SELECT segment, count(*) AS rows FROM ${positions} GROUP BY segment ORDER BY segment`,
  );
  return counted.map(({ segment, rows }) => ({ segment: Number(segment), rows: Number(rows) }));
}

/** SQL of where the rows at some positions are in the files that their segments were merged into. */
function movedPositions(
  old: string,
  into: readonly { readonly id: number; readonly name: string }[],
  directory: string,
): string {
  const [segment, row] = [ownColumns.fromSegment, ownColumns.fromRow].map(sqlName);
  const files = into.map(({ name }) => sqlText(join(directory, name))).join(', ');
  return `SELECT [${into.map(({ id }) => id).join(', ')}][file_index::BIGINT + 1]::BIGINT AS segment, file_row_number AS "row"
    FROM read_parquet([${files}]) SEMI JOIN (${old}) AS old ON old.segment = ${segment} AND old."row" = ${row}`;
}

/** Brings `lake_positions` to the segments that stand; gives how many rows are of each. */
async function followed(
  engine: Engine,
  manifest: Manifest,
  directory: string,
): Promise<{ readonly segment: number; readonly rows: number }[]> {
  for (;;) {
    const of = await countsOf(engine, 'temp.lake_positions');
    const retired = manifest.retiredOf(of.map(({ segment }) => segment));
    if (retired.length === 0) return of;
    const became = manifest.successorsOf(retired);
    const left = `FROM temp.lake_positions WHERE segment NOT IN (${retired.join(', ')})`;
    const old = `FROM temp.lake_positions WHERE segment IN (${retired.join(', ')})`;
    const moved = became.length === 0 ? '' : ` UNION ALL ${movedPositions(old, became, directory)}`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE lake_positions AS ${left}${moved}`);
  }
}

async function refuseReplaced(engine: Engine, tombstones: readonly Tombstone[]): Promise<void> {
  if (tombstones.length === 0) return;
  const files = tombstones.map(({ file }) => sqlText(file)).join(', ');
  const [found] = await engine.rows<{ n: bigint }>(
    `SELECT count(*) AS n FROM temp.lake_positions SEMI JOIN read_parquet([${files}]) USING (segment, "row")`,
  );
  if (found && found.n > 0n) throw new Error(`${found.n} rows are to be replaced that were replaced before`);
}
