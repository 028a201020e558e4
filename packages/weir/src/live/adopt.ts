import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import type { Table } from '../tables/index.ts';
import { measured } from './files.ts';
import type { NewSegment } from './manifest.ts';
import type { Span } from './snapshot.ts';

/** A file that was written beside the lake's folder and is to be one of its own. */
export interface Written {
  readonly table: Table;
  readonly file: string;
  readonly rows: number;
  readonly holds: readonly string[];
}

/** Columns that say when something was: one that has them all is seen by every window. */
const timeColumns = ['Timestamp', 'FlowStart', 'FlowEnd', 'EvidenceTime'];

/** Puts a file into the lake's folder under a name of its own, with its content on disk. That it is there survives a crash
 *  once the folder is synced. */
export async function moveIn(
  disk: Disk,
  file: string,
  directory: string,
  name: string,
): Promise<{ readonly bytes: number; readonly crc: number }> {
  const size = await measured(disk, file);
  await disk.syncFile(file);
  await disk.rename(file, join(directory, name));
  return size;
}

export function segmentName({ name }: Pick<Table, 'name'>, id: number): string {
  return `${name}-${String(id).padStart(9, '0')}.parquet`;
}

/** The times of files' rows, all of them and those of evidence, by what their own statistics say. Evidence without a time
 *  counts as of 0. */
export async function spansOf(
  engine: Engine,
  files: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<'span' | 'evidence', Span | undefined>>>> {
  if (files.length === 0) return new Map();
  const rows = await engine.rows<{
    file: string;
    from: bigint | null;
    until: bigint | null;
    first: bigint | null;
    last: bigint | null;
  }>(
    `WITH told AS (
       SELECT file_name AS file, path_in_schema = 'EvidenceTime' AS evidence, stats_min_value::BIGINT AS least,
         stats_max_value::BIGINT AS most, coalesce(stats_null_count, 1) > 0 AS lacks
       FROM parquet_metadata([${files.map(sqlText).join(', ')}])
       WHERE path_in_schema IN (${timeColumns.map(sqlText).join(', ')}))
     SELECT file, min(least) AS "from", max(most) AS until,
       min(CASE WHEN lacks THEN least(0, least) ELSE least END) FILTER (evidence) AS first,
       max(coalesce(most, 0)) FILTER (evidence) AS last
     FROM told GROUP BY file`,
  );
  const span = (from: bigint | null, until: bigint | null) =>
    from === null || until === null ? undefined : { from, until };
  return new Map(
    rows.map(({ file, from, until, first, last }) => [file, { span: span(from, until), evidence: span(first, last) }]),
  );
}

export type Adopted = Omit<NewSegment, 'kind' | 'lastReplaced' | 'arrivedAt' | 'keptAt'>;

/** Moves files in. */
export async function adopt(
  disk: Disk,
  engine: Engine,
  written: readonly Written[],
  { directory, next }: { readonly directory: string; readonly next: () => number },
): Promise<Adopted[]> {
  const spans = await spansOf(
    engine,
    written.map(({ file }) => file),
  );
  const adopted: Adopted[] = [];
  for (const { table, file, rows, holds } of written) {
    const id = next();
    const name = segmentName(table, id);
    const size = await moveIn(disk, file, directory, name);
    adopted.push({
      id,
      name,
      table: table.name,
      rows,
      holds,
      span: spans.get(file)?.span,
      evidence: spans.get(file)?.evidence,
      ...size,
    });
  }
  return adopted;
}
