import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { moveIn } from './adopt.ts';
import type { Manifest, NewTombstone } from './manifest.ts';
import { ownColumns } from './segment.ts';

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
  const { disk, engine, manifest, directory, scratch, next } = graves;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE lake_positions AS SELECT DISTINCT segment::BIGINT AS segment, "row"::BIGINT AS "row" FROM (${positions})`,
  );
  try {
    const of = await followed(engine, manifest, directory);
    if (of.length === 0) return undefined;
    await refuseReplaced(engine, manifest.tombstonesOf(of.map(({ segment }) => segment)));
    const id = next();
    const name = `tombstones-${String(id).padStart(9, '0')}.parquet`;
    const file = join(scratch, name);
    const rows = await engine.run(
      `COPY (FROM temp.lake_positions ORDER BY ALL) TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2)`,
    );
    return { id, name, rows, of, ...(await moveIn(disk, file, directory, name)) };
  } finally {
    await engine.run('DROP TABLE temp.lake_positions');
  }
}

/** Brings `lake_positions` to the segments that stand; gives how many rows are of each. */
async function followed(
  engine: Engine,
  manifest: Manifest,
  directory: string,
): Promise<{ readonly segment: number; readonly rows: number }[]> {
  for (;;) {
    const counted = await engine.rows<{ segment: bigint; rows: bigint }>(
      'SELECT segment, count(*) AS rows FROM temp.lake_positions GROUP BY segment ORDER BY segment',
    );
    const of = counted.map(({ segment, rows }) => ({ segment: Number(segment), rows: Number(rows) }));
    const retired = manifest.retiredOf(of.map(({ segment }) => segment));
    if (retired.length === 0) return of;
    const became = manifest.successorsOf(retired);
    const left = `FROM temp.lake_positions WHERE segment NOT IN (${retired.join(', ')})`;
    const [segment, row] = [ownColumns.fromSegment, ownColumns.fromRow].map(sqlName);
    const moved =
      became.length === 0
        ? ''
        : ` UNION ALL SELECT [${became.map(({ id }) => id).join(', ')}][file_index::BIGINT + 1]::BIGINT, file_row_number
            FROM read_parquet([${became.map(({ name }) => sqlText(join(directory, name))).join(', ')}])
            SEMI JOIN (FROM temp.lake_positions WHERE segment IN (${retired.join(', ')})) AS old
              ON old.segment = ${segment} AND old."row" = ${row}`;
    await engine.run(`CREATE OR REPLACE TEMP TABLE lake_positions AS ${left}${moved}`);
  }
}

async function refuseReplaced(engine: Engine, tombstones: readonly string[]): Promise<void> {
  if (tombstones.length === 0) return;
  const files = tombstones.map(sqlText).join(', ');
  const [found] = await engine.rows<{ n: bigint }>(
    `SELECT count(*) AS n FROM temp.lake_positions SEMI JOIN read_parquet([${files}]) USING (segment, "row")`,
  );
  if (found && found.n > 0n) throw new Error(`${found.n} rows are to be replaced that were replaced before`);
}
