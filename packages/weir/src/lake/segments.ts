import { sqlName } from '../engine/sql.ts';
import { type Column, storedType, type Table } from '../tables/index.ts';

/** A Parquet file, and which of its table's columns it holds; the others are null (strings: empty) in all its rows. */
export interface Segment {
  readonly file: string;
  readonly holds: ReadonlySet<string>;
  readonly rows: number;
}

/** Level 1 takes half the processor time of zstd's default and is a tenth smaller, on a million flows from memory. Of row
 *  groups of the default size a writer holds 120,000 wide rows a thread: finished rows took three times as long, for want
 *  of memory. */
export const segmentEncoding = 'COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, ROW_GROUP_SIZE 40960';

/** Segments that hold the same columns. */
export function alike<Of extends Segment>(table: Table, segments: readonly Of[]): Of[][] {
  return [...Map.groupBy(segments, ({ holds }) => table.stored.map(({ name }) => +holds.has(name)).join('')).values()];
}

/** A column's SQL as a segment stores it. */
export function storedColumn({ name, type }: Column): string {
  const column = sqlName(name);
  return type === 'string'
    ? `coalesce(${column}::VARCHAR, '') AS ${column}`
    : `${column}::${storedType[type]} AS ${column}`;
}

/** A table's stored columns over segments that hold some of them. `given` is SQL of those that are known otherwise. */
export function shownColumns(
  table: Table,
  holds: ReadonlySet<string> | undefined,
  given: ReadonlyMap<string, string> = new Map(),
): string {
  return table.stored
    .map(({ name, type }) => {
      const column = sqlName(name);
      const sql = given.get(name);
      if (sql !== undefined) return `${sql} AS ${column}`;
      if (holds?.has(name)) return column;
      return `${type === 'string' ? "''" : `NULL::${storedType[type]}`} AS ${column}`;
    })
    .join(', ');
}

/** SQL of a table's rows as queries see them, over SELECTs of its stored columns. */
export function tableRows(table: Table, selects: readonly string[]): string {
  const parts = selects.length > 0 ? selects : [`SELECT ${shownColumns(table, undefined)} LIMIT 0`];
  const derived = table.derived.map((column) => `${column.sql} AS ${sqlName(column.name)}`);
  return `SELECT ${['*', ...derived].join(', ')} FROM (${parts.join(' UNION ALL ')})`;
}
