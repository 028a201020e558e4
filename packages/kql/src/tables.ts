import type { DialectName } from './compile.ts';
import { columnType } from './sql/clickhouse/constant.ts';
import { identifier as clickhouseName } from './sql/clickhouse/quote.ts';
import { typeNames } from './sql/duckdb/constant.ts';
import { identifier as duckdbName } from './sql/quote.ts';
import type { Column } from './types.ts';

/** The statement that makes a table empty and anew, as a dialect's queries take its columns to be; in ClickHouse held in
 *  memory. */
export function emptyTable(table: string, columns: readonly Column[], dialect: DialectName): string {
  if (dialect === 'duckdb') {
    const list = columns.map(({ name, type }) => `${duckdbName(name)} ${typeNames[type]}`);
    return `CREATE OR REPLACE TABLE ${duckdbName(table)} (${list.join(', ')})`;
  }
  const list = columns.map(({ name, type }) => `${clickhouseName(name)} ${columnType(type)}`);
  return `CREATE OR REPLACE TABLE ${clickhouseName(table)} (${list.join(', ')}) ENGINE = Memory`;
}
