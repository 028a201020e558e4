import type { DuckDBConnection } from '@duckdb/node-api';
import { rowsOf, WrongTypes } from '../../packages/kql/src/duckdb.fixture.ts';
import { type Column, type DialectName, emptyTable } from '../../packages/kql/src/index.ts';

export { WrongTypes };

/** An engine for the SQL of one dialect. */
export interface Engine {
  readonly dialect: DialectName;
  /** The tables, empty, so that SQL over them can be bound. */
  createTables(tables: Readonly<Record<string, readonly Column[]>>): Promise<void>;
  /** The rows of a query, its values as values.ts takes them.
   *  @throws WrongTypes where the columns are not of the promised types, Error where the engine stops */
  rows(sql: string, columns: readonly Column[]): Promise<readonly (readonly unknown[])[]>;
  close(): void;
}

export class DuckDB implements Engine {
  readonly dialect = 'duckdb';
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async createTables(tables: Readonly<Record<string, readonly Column[]>>): Promise<void> {
    for (const [table, columns] of Object.entries(tables))
      await this.#connection.run(emptyTable(table, columns, this.dialect));
  }

  rows(sql: string, columns: readonly Column[]): Promise<readonly (readonly unknown[])[]> {
    return rowsOf(this.#connection, { sql, columns });
  }

  close(): void {
    this.#connection.closeSync();
  }
}
