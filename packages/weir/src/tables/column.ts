import type { Column, KqlType } from '@weir/kql/types';

/** A table of the lake. `stored` is what segments hold; `derived` is what the table's view adds and costs no storage. */
export interface Table {
  readonly name: string;
  readonly stored: readonly Column[];
  readonly derived: readonly DerivedColumn[];
}

/** A table that is reckoned from others whenever it is read, and has no segments of its own. */
export interface Rollup {
  readonly name: string;
  readonly columns: readonly Column[];
  /** SQL that gives the columns, over rows of DeviceNetworkEvents (SQL for a relation). */
  readonly of: (rows: string) => string;
}

export interface DerivedColumn extends Column {
  /** SQL over the stored columns. */
  readonly sql: string;
}

/** `columns('string', 'A B C')`: many columns of one type. */
export function columns(type: KqlType, names: string): Column[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, type }));
}

/** Columns as the table's users see them. */
export function visibleColumns(table: Table): Column[] {
  return [...table.stored, ...table.derived.map(({ name, type }) => ({ name, type }))];
}

/** The DuckDB type that holds a KQL type in segments (see `@weir/kql/types`). */
export const storedType: Readonly<Record<KqlType, string>> = {
  bool: 'BOOLEAN',
  int: 'INTEGER',
  long: 'BIGINT',
  real: 'DOUBLE',
  decimal: 'DECIMAL(38,10)',
  datetime: 'BIGINT',
  timespan: 'BIGINT',
  string: 'VARCHAR',
  guid: 'UUID',
  dynamic: 'JSON',
};
