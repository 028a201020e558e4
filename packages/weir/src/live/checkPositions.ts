import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import type { LiveSegment } from './segment.ts';

/** What is wrong with the positions of replaced rows: of a row that a segment does not have, of one that is named twice, or
 *  more or fewer than the manifest says. Only files that are `sound` are read. */
export async function positionProblems(
  engine: Engine,
  segments: readonly LiveSegment[],
  sound: ReadonlySet<string>,
): Promise<string[]> {
  const dirty = segments.filter(({ tombstones }) => tombstones.length > 0);
  const files = [...new Set(dirty.flatMap(({ tombstones }) => tombstones.map(({ file }) => file)))].filter((file) =>
    sound.has(file),
  );
  if (files.length === 0) return [];
  const counted = await engine.rows<{ segment: bigint; named: bigint; rows: bigint; last: bigint }>(
    `SELECT segment, count(*) AS named, count(DISTINCT "row") AS rows, max("row") AS last
     FROM read_parquet([${files.map(sqlText).join(', ')}]) GROUP BY segment`,
  );
  const found = new Map(counted.map((one) => [Number(one.segment), one]));
  return dirty.flatMap(({ id, file, rows, tombstones }) => {
    if (tombstones.some((one) => !sound.has(one.file))) return [];
    const { named = 0n, rows: distinct = 0n, last = -1n } = found.get(id) ?? {};
    const said = tombstones.reduce((sum, one) => sum + one.rows, 0);
    return [
      ...(Number(named) === said ? [] : [`${file}: ${named} of its rows are named as replaced, and ${said} should be`]),
      ...(named === distinct ? [] : [`${file}: a row of it was replaced twice`]),
      ...(last < rows ? [] : [`${file}: row ${last} was replaced, and it has ${rows}`]),
    ];
  });
}
