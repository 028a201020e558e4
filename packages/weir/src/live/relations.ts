import { sqlName, sqlText } from '../engine/sql.ts';
import { alike, shownColumns } from '../lake/segments.ts';
import type { Table } from '../tables/index.ts';
import { type LiveSegment, ownColumns, replacedRows, type Tombstone } from './segment.ts';

/** SELECTs of a table's stored columns, of rows that were not replaced. Only segments that hold replaced rows pay for them,
 *  and what is asked of the rows may be asked of the files: a position is dead or not, whatever the row says. `also` are
 *  further columns; `where` is asked of each row. */
export function standingRows(
  table: Table,
  segments: readonly LiveSegment[],
  { also = () => [], where }: Shown = {},
): string[] {
  const alive = segments.filter((segment) => segment.kind !== 'past' && replacedRows(segment) < segment.rows);
  return groups(table, alive).map((group) => {
    const dead = group.flatMap(({ tombstones }) => tombstones);
    const without =
      dead.length === 0
        ? ''
        : ` ANTI JOIN ${positions(dead)} AS gone ON gone.segment = ${idOf(group)} AND gone."row" = file_row_number`;
    return `SELECT ${columnsOf(table, group, also)} FROM ${filesOf(group)}${without}${where ? ` WHERE ${where(group)}` : ''}`;
  });
}

/** The same of rows that were replaced after `since` and were there before. */
export function replacedSince(table: Table, segments: readonly LiveSegment[], since: bigint): string[] {
  const seen = segments.filter(({ firstCommit }) => firstCommit <= since);
  const past = seen.filter(({ kind, lastReplaced = 0n }) => kind === 'past' && lastReplaced > since);
  const dirty = seen.flatMap((segment) => {
    const tombstones = segment.tombstones.filter(({ seq }) => seq > since);
    return tombstones.length > 0 ? { ...segment, tombstones } : [];
  });
  return [
    ...groups(table, past).map((group) => {
      const when = `${sqlName(ownColumns.replacedSeq)} > ${since} AND ${seenBy(since, group)}`;
      return `SELECT ${columnsOf(table, group)} FROM ${filesOf(group)} WHERE ${when}`;
    }),
    ...groups(table, dirty).map((group) => {
      const gone = positions(group.flatMap(({ tombstones }) => tombstones));
      const on = `gone.segment = ${idOf(group)} AND gone."row" = file_row_number`;
      return `SELECT ${columnsOf(table, group)} FROM ${filesOf(group)} SEMI JOIN ${gone} AS gone ON ${on} WHERE ${seenBy(since, group)}`;
    }),
  ];
}

/** SELECTs of rows that were replaced, with what `also` gives and the commit that replaced each. */
export function replacedRowsOf(
  table: Table,
  segments: readonly LiveSegment[],
  also: (group: readonly LiveSegment[]) => readonly string[],
): string[] {
  const dirty = segments.filter(({ tombstones }) => tombstones.length > 0);
  return groups(table, dirty).map((group) => {
    const dead = positions(group.flatMap(({ tombstones }) => tombstones));
    const on = `gone.segment = ${idOf(group)} AND gone."row" = file_row_number`;
    const seq = `gone.seq AS ${sqlName(ownColumns.replacedSeq)}`;
    return `SELECT ${columnsOf(table, group, (group) => [...also(group), seq])} FROM ${filesOf(group)} JOIN ${dead} AS gone ON ${on}`;
  });
}

/** The position of a row: segment and row, for `standingRows`. */
export function position(group: readonly LiveSegment[]): readonly [segment: string, row: string] {
  return [idOf(group), 'file_row_number'];
}

/** The commit of a row, as SQL over the files of a group. */
export function commitOf(group: readonly LiveSegment[]): string {
  return group[0]?.kind === 'written'
    ? perFile(group, ({ firstCommit }) => `${firstCommit}`)
    : sqlName(ownColumns.commitSeq);
}

/** When Weir had this version of a row, likewise. */
export function arrivalOf(group: readonly LiveSegment[]): string {
  return group[0]?.kind === 'written'
    ? perFile(group, ({ arrivedAt }) => `${arrivedAt}`)
    : sqlName(ownColumns.arrivedAt);
}

interface Shown {
  readonly also?: (group: readonly LiveSegment[]) => readonly string[];
  readonly where?: (group: readonly LiveSegment[]) => string;
}

function groups(table: Table, segments: readonly LiveSegment[]): LiveSegment[][] {
  const kinds = Map.groupBy(segments, ({ kind, tombstones }) => `${kind} ${tombstones.length > 0}`);
  return [...kinds.values()].flatMap((of) => alike(table, of));
}

function columnsOf(table: Table, group: readonly LiveSegment[], also: Shown['also'] = () => []): string {
  const given = new Map([
    [ownColumns.commitSeq as string, `${commitOf(group)}::BIGINT`],
    [ownColumns.arrivedAt as string, `${arrivalOf(group)}::BIGINT`],
  ]);
  return [shownColumns(table, group[0]?.holds, given), ...also(group)].join(', ');
}

function filesOf(group: readonly LiveSegment[]): string {
  return `read_parquet([${group.map(({ file }) => sqlText(file)).join(', ')}])`;
}

function seenBy(since: bigint, group: readonly LiveSegment[]): string {
  return `${commitOf(group)} <= ${since}`;
}

/** Positions that tombstones name, and the commits that replaced them. */
function positions(tombstones: readonly Tombstone[]): string {
  const files = [...new Map(tombstones.map((tombstone) => [tombstone.file, tombstone.seq]))];
  const seq = `[${files.map(([, seq]) => seq).join(', ')}][file_index::BIGINT + 1]::BIGINT`;
  return `(SELECT segment, "row", ${seq} AS seq FROM read_parquet([${files.map(([file]) => sqlText(file)).join(', ')}]))`;
}

function idOf(group: readonly LiveSegment[]): string {
  return `${perFile(group, ({ id }) => `${id}`)}::BIGINT`;
}

/** SQL of a value that a file's rows share. */
function perFile(group: readonly LiveSegment[], value: (segment: LiveSegment) => string): string {
  const [only] = group.length === 1 ? group : [];
  return only ? value(only) : `[${group.map(value).join(', ')}][file_index::BIGINT + 1]`;
}
