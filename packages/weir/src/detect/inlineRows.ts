import { sqlName, sqlText } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Column, Table } from '../tables/index.ts';
import { isoToTicks } from './isoTime.ts';

export type InlineValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly unknown[]
  | { readonly [key: string]: unknown };
export type InlineRow = Readonly<Record<string, InlineValue>>;

/** Appends a few rows written by hand to a table, as one segment. Datetimes are ISO 8601 or ticks, dynamics are values.
 *  Throws a RangeError for a column that the table does not store or a value that is not of its type. */
export async function appendRows(lake: Lake, table: Table, rows: readonly InlineRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { names, sql } = rowsSelect(table, rows);
  await lake.append(table, sql, names);
}

/** The same rows, at least one, as a SELECT with the columns that some of them have. Throws as `appendRows` does. */
export function rowsSelect(table: Table, rows: readonly InlineRow[]): { names: string[]; sql: string } {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => {
    const column = table.stored.find((stored) => stored.name === name);
    if (column === undefined) throw new RangeError(`${table.name} stores no column ${name}`);
    return column;
  });
  const values = rows.map(
    (row) => `(${columns.map((column) => sqlValue(row[column.name] ?? null, column)).join(', ')})`,
  );
  return { names, sql: `SELECT * FROM (VALUES ${values.join(', ')}) AS t(${names.map(sqlName).join(', ')})` };
}

const intMax = 2 ** 31;

/** A value as SQL. A string is never null. Throws a RangeError for one that is not of the column's type. */
export function sqlValue(value: InlineValue, { name, type }: Column): string {
  if (value === null) return type === 'string' ? "''" : 'NULL';
  const wrong = () =>
    new RangeError(
      `${name}: ${JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item))} is no ${type}`,
    );
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw wrong();
      return sqlText(value);
    case 'guid':
      if (typeof value !== 'string') throw wrong();
      return `${sqlText(value)}::UUID`;
    case 'datetime': {
      if (typeof value === 'bigint') return `${value}::BIGINT`;
      const ticks = typeof value === 'string' ? isoToTicks(value) : undefined;
      if (ticks === undefined) throw wrong();
      return `${ticks}::BIGINT`;
    }
    case 'int':
      if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw wrong();
      if (Number(value) >= intMax || Number(value) < -intMax) throw wrong();
      return `${value}::INTEGER`;
    case 'long':
    case 'timespan':
      if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) throw wrong();
      return `${value}::BIGINT`;
    case 'real':
    case 'decimal':
      if (typeof value !== 'number') throw wrong();
      return `${value}::DOUBLE`;
    case 'bool':
      if (typeof value !== 'boolean') throw wrong();
      return String(value);
    case 'dynamic':
      return `${sqlText(JSON.stringify(value))}::JSON`;
  }
}
