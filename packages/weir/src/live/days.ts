import { join } from 'node:path';
import { ticksPerDay } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { segmentEncoding, tableRows } from '../lake/segments.ts';
import { dayOf, deviceNetworkEvents, type Rollup, rollups } from '../tables/index.ts';
import type { Standing } from './manifest.ts';
import { standingRows } from './relations.ts';
import { type LiveSegment, replacedRows } from './segment.ts';

type Days = Pick<Standing, 'segments' | 'days'>;

/** SQL of a rollup over the files of a snapshot: the days that are kept, and the others reckoned from the connections. */
export function rollupRows({ name, columns, of }: Rollup, { segments, days }: Days): string {
  const kept = new Set(days.map(({ day }) => day));
  const asked = connections(segments).filter(({ evidence }) => evidence === undefined || !covers(kept, evidence));
  const rows = tableRows(deviceNetworkEvents, standingRows(deviceNetworkEvents, asked));
  const isKept = `${dayOf('"EvidenceTime"')} IN (${[...kept].join(', ')})`;
  const others = kept.size === 0 ? '' : ` WHERE (${isKept}) IS NOT TRUE`;
  const files = days.filter(({ rows }) => rows > 0).map(({ file }) => sqlText(file));
  const own = columns.map((column) => sqlName(column.name)).join(', ');
  return [
    `SELECT ${own} FROM (${of(`(FROM (${rows})${others})`)})`,
    ...(files.length === 0
      ? []
      : [`SELECT ${own} FROM read_parquet([${files.join(', ')}]) WHERE "Rollup" = ${sqlText(name)}`]),
  ].join(' UNION ALL ');
}

/** The segments that may have rows of a day. */
export function ofDay({ segments }: Pick<Standing, 'segments'>, day: bigint): LiveSegment[] {
  return connections(segments).filter((segment) => hasDay(segment, day));
}

/** Whether a segment may have rows of a day. */
export function hasDay({ evidence }: LiveSegment, day: bigint): boolean {
  return evidence !== undefined && evidence.from < day + ticksPerDay && evidence.until >= day;
}

/** Whether segments have the same rows for what the manifest knows: a merge makes others of them. */
export function sameFiles(some: readonly LiveSegment[], others: readonly LiveSegment[]): boolean {
  const told = (segments: readonly LiveSegment[]) =>
    segments.map(({ id, tombstones }) => [id, ...tombstones.map((one) => one.id)].join(' ')).join(';');
  return told(some) === told(others);
}

/** Reckons a day from the segments that may have rows of it, into a file of a folder. */
export async function writeDay(
  engine: Engine,
  segments: readonly LiveSegment[],
  day: bigint,
  folder: string,
): Promise<{ readonly file: string; readonly rows: number }> {
  const file = join(folder, 'day.parquet');
  const all = tableRows(deviceNetworkEvents, standingRows(deviceNetworkEvents, segments));
  const rows = `(FROM (${all}) WHERE "EvidenceTime" >= ${day} AND "EvidenceTime" < ${day + ticksPerDay})`;
  const parts = rollups.map(({ name, of }) => `SELECT ${sqlText(name)} AS "Rollup", * FROM (${of(rows)})`);
  return {
    file,
    rows: await engine.run(
      `COPY (${parts.join(' UNION ALL BY NAME ')}) TO ${sqlText(file)} (FORMAT parquet, ${segmentEncoding})`,
    ),
  };
}

/** As many days back a day may be that is kept: a row of long ago or none of this world does not make thousands. */
const farthest = 400n;

/** The latest day that is worth to be kept: it is over, and for `quiet` ticks nothing has become other in it. */
export function dayToKeep({ segments, days }: Days, now: bigint, quiet: bigint): bigint | undefined {
  const kept = new Set(days.map(({ day }) => day));
  const all = connections(segments);
  const present = (now / ticksPerDay) * ticksPerDay;
  const first = present - farthest * ticksPerDay;
  const there = new Set<bigint>();
  const unquiet = new Set<bigint>();
  for (const { evidence, arrivedAt, tombstones } of all) {
    if (evidence === undefined) continue;
    const recent = [arrivedAt, ...tombstones.map(({ at }) => at)].some((at) => at > now - quiet);
    const from = evidence.from > first ? (evidence.from / ticksPerDay) * ticksPerDay : first;
    for (let day = from; day <= evidence.until && day < present; day += ticksPerDay)
      (recent ? unquiet : there).add(day);
  }
  return [...there.difference(unquiet).difference(kept)].reduce<bigint | undefined>(
    (last, day) => (last === undefined || day > last ? day : last),
    undefined,
  );
}

function connections(segments: Standing['segments']): LiveSegment[] {
  const all = segments.get(deviceNetworkEvents.name) ?? [];
  return all.filter((segment) => segment.kind !== 'past' && replacedRows(segment) < segment.rows);
}

function covers(kept: ReadonlySet<bigint>, { from, until }: NonNullable<LiveSegment['evidence']>): boolean {
  if ((until - from) / ticksPerDay > BigInt(kept.size)) return false;
  for (let day = (from / ticksPerDay) * ticksPerDay; day <= until; day += ticksPerDay) if (!kept.has(day)) return false;
  return true;
}
