import type { Table } from '../../tables/index.ts';

/** SQL over a table's rows: the first and the last moment that a row tells of, 0 where it tells of none. */
export function timesOf(table: Table, row = ''): { readonly from: string; readonly until: string } {
  const times = timeColumns(table)
    .map((name) => `${row}"${name}"`)
    .join(', ');
  return { from: `coalesce(least(${times}), 0)`, until: `coalesce(greatest(${times}), 0)` };
}

/** The columns that say when a table's rows were. */
export function timeColumns(table: Table): string[] {
  return ['Timestamp', 'FlowStart', 'FlowEnd', 'EvidenceTime'].filter((name) =>
    table.stored.some((column) => column.name === name),
  );
}

/** SQL: whether a row's time has a part in a span. */
export function overlaps(table: Table, from: bigint | string, until: bigint | string, row = ''): string {
  const times = timesOf(table, row);
  return `(${times.from} <= ${until} AND ${times.until} >= ${from})`;
}
