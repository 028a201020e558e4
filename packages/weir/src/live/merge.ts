import { join } from 'node:path';
import { ticksPerDay } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { segmentEncoding } from '../lake/segments.ts';
import type { Table } from '../tables/index.ts';
import type { Written } from './adopt.ts';
import { arrivalOf, commitOf, position, replacedRowsOf, standingRows } from './relations.ts';
import { type LiveSegment, ownColumns } from './segment.ts';

/** Segments of one table that are to be written anew. */
export interface Merge {
  readonly table: Table;
  readonly segments: readonly LiveSegment[];
  /** Rows that were replaced at this time or before are left out, ticks. */
  readonly forget: bigint;
}

export interface Merged {
  /** Rows that stand, with where they stood. */
  readonly standing: readonly Written[];
  /** Rows that were replaced and are still asked for. */
  readonly past: Written | undefined;
  /** The last commit that replaced a row that is left out. */
  readonly forgotten: bigint | undefined;
}

interface Shown {
  readonly where?: string;
  readonly more?: readonly string[];
}

/** Writes the rows of segments to files of a folder: those that stand, those that were replaced lately apart from them, and
 *  those that were replaced before nowhere. Rows of more than two days are written day by day, so that retention and spans
 *  find them. */
export async function merged(engine: Engine, { table, segments, forget }: Merge, folder: string): Promise<Merged> {
  const holds = table.stored.map(({ name }) => name).filter((name) => segments.some((one) => one.holds.has(name)));
  const write = async (
    file: string,
    select: string,
    { where = '', more = [] }: Shown,
  ): Promise<Written | undefined> => {
    const path = join(folder, `${file}.parquet`);
    const written = [...new Set([...holds, ownColumns.commitSeq, ownColumns.arrivedAt, ...more])].map(sqlName);
    const rows = await engine.run(
      `COPY (SELECT ${written.join(', ')} FROM (${select})${where}) TO ${sqlText(path)} (FORMAT parquet, ${segmentEncoding})`,
    );
    return rows === 0 ? undefined : { table, file: path, rows, holds };
  };
  const columns = (group: readonly LiveSegment[]): string[] => [
    // Of tables that have them they are among the columns already.
    ...own(table, ownColumns.commitSeq, commitOf(group)),
    ...own(table, ownColumns.arrivedAt, arrivalOf(group)),
  ];
  const [fromSegment, fromRow] = [ownColumns.fromSegment, ownColumns.fromRow].map(sqlName);
  const stands = standingRows(table, segments, {
    also: (group) => {
      const [segment, row] = position(group);
      return [...columns(group), `${segment} AS ${fromSegment}`, `${row} AS ${fromRow}`];
    },
  });
  const standing: Written[] = [];
  if (stands.length > 0) {
    const select = stands.join(' UNION ALL ');
    for (const [index, where] of (await parts(engine, table, segments, select)).entries()) {
      const written = await write(`standing-${index}`, select, {
        where,
        more: [ownColumns.fromSegment, ownColumns.fromRow],
      });
      if (written) standing.push(written);
    }
  }
  const dead = segments.flatMap(({ tombstones }) => tombstones);
  const old = dead.filter(({ at }) => at <= forget);
  const lately = segments.map((segment) => ({
    ...segment,
    tombstones: segment.tombstones.filter((one) => !old.includes(one)),
  }));
  const gone = replacedRowsOf(table, lately, columns);
  return {
    standing,
    past:
      gone.length === 0 ? undefined : await write('past', gone.join(' UNION ALL '), { more: [ownColumns.replacedSeq] }),
    forgotten: old.reduce<bigint | undefined>(
      (last, { seq }) => (last === undefined || seq > last ? seq : last),
      undefined,
    ),
  };
}

/** Conditions of which each row meets one. */
async function parts(
  engine: Engine,
  table: Table,
  segments: readonly LiveSegment[],
  select: string,
): Promise<readonly string[]> {
  const spans = segments.flatMap(({ span }) => span ?? []);
  const from = spans.reduce((first, span) => (span.from < first ? span.from : first), spans[0]?.from ?? 0n);
  const until = spans.reduce((last, span) => (span.until > last ? span.until : last), 0n);
  if (until - from <= 2n * ticksPerDay) return [''];
  const times = ['EvidenceTime', 'FlowEnd', 'Timestamp'].filter((name) =>
    table.stored.some((one) => one.name === name),
  );
  const of = `coalesce(${[...times.map(sqlName), '0'].join(', ')}) // ${ticksPerDay}`;
  const days = await engine.rows<{ day: bigint }>(`SELECT DISTINCT ${of} AS day FROM (${select}) ORDER BY day`);
  return days.map(({ day }) => ` WHERE ${of} = ${day}`);
}

function own(table: Table, name: string, sql: string): string[] {
  return table.stored.some((column) => column.name === name) ? [] : [`${sql}::BIGINT AS ${sqlName(name)}`];
}

/** The first and last commit of segments' rows. */
export function commitsOf(segments: readonly LiveSegment[]): { readonly first: bigint; readonly last: bigint } {
  const [one] = segments;
  if (!one) throw new RangeError('no segment');
  return segments.reduce(
    ({ first, last }, { firstCommit, lastCommit }) => ({
      first: firstCommit < first ? firstCommit : first,
      last: lastCommit > last ? lastCommit : last,
    }),
    { first: one.firstCommit, last: one.lastCommit },
  );
}

/** The last commit that replaced a row of segments. */
export function lastReplacedOf(segments: readonly LiveSegment[]): bigint {
  const seqs = segments.flatMap(({ tombstones }) => tombstones.map(({ seq }) => seq));
  return seqs.reduce((last, seq) => (seq > last ? seq : last), 0n);
}
