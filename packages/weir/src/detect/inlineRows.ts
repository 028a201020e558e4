import { sqlName, sqlText } from '../engine/sql.ts';
import type { Lake } from '../lake/lake.ts';
import type { Table } from '../tables/index.ts';
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
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const types = new Map(table.stored.map(({ name, type }) => [name, type]));
  const selects = rows.map((row) => {
    const values = names.map((name) => {
      const type = types.get(name);
      if (type === undefined) throw new RangeError(`${table.name} has no column ${name}`);
      return `${sqlValue(row[name] ?? null, type, name)} AS ${sqlName(name)}`;
    });
    return `SELECT ${values.join(', ')}`;
  });
  if (selects.length > 0) await lake.append(table, selects.join(' UNION ALL '), names);
}

function sqlValue(value: InlineValue, type: Table['stored'][number]['type'], name: string): string {
  if (value === null) return 'NULL';
  const wrong = () => new RangeError(`${name}: ${JSON.stringify(value, (_, item) => String(item))} is not a ${type}`);
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
