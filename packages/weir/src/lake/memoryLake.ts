import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import {
  type Column,
  publicTables,
  rolledUp,
  rollups,
  storedType,
  type Table,
  timelessTables,
} from '../tables/index.ts';

/** Rows to be put into a table: a SELECT, and the columns that it gives. */
export interface GivenRows {
  readonly names: readonly string[];
  readonly sql: string;
}

/** A column of all rows that no query sees: what they are of (`MemoryLake.show`). */
export const markColumn: Column = { name: '$mark', type: 'string' };

/** SQL of the mark of the rows that are shown. */
export const shownMark = '(SELECT mark FROM main."shown rows")';

/** The tables that queries read, with their rows in the engine's memory: for few rows that make room for others. */
export class MemoryLake {
  readonly engine: Engine;
  #filled: readonly Table[] = [];

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Empty tables in an engine that has none. */
  static async create(engine: Engine): Promise<MemoryLake> {
    await engine.run(`CREATE TABLE "shown rows" AS SELECT '' AS mark`);
    const mark = sqlName(markColumn.name);
    for (const table of [...publicTables, ...timelessTables]) {
      const columns = [markColumn, ...table.stored].map(
        ({ name, type }) => `${sqlName(name)} ${storedType[type]}${type === 'string' ? " DEFAULT ''" : ''}`,
      );
      const derived = table.derived.map(({ name, sql }) => `${sql} AS ${sqlName(name)}`);
      await engine.run(`CREATE TABLE ${rowsOf(table)} (${columns.join(', ')})`);
      await engine.run(
        `CREATE VIEW ${sqlName(table.name)} AS SELECT ${[`* EXCLUDE (${mark})`, ...derived].join(', ')}
         FROM ${rowsOf(table)} WHERE ${mark} = ${shownMark}`,
      );
    }
    for (const each of rollups) await engine.run(`CREATE VIEW ${sqlName(each.name)} AS ${rolledUp(each)}`);
    return new MemoryLake(engine);
  }

  /** Puts the rows of a SELECT for each of these tables in the place of all that was there. Columns that it does not give
   *  are null (strings: empty). Rows without a mark (`markColumn`) are shown. */
  async fill(rows: ReadonlyMap<Table, GivenRows>): Promise<void> {
    await this.show('');
    for (const table of this.#filled) await this.engine.repeat(`DELETE FROM ${rowsOf(table)}`);
    this.#filled = [...rows.keys()];
    for (const [table, { names, sql }] of rows) {
      await this.engine.run(`INSERT INTO ${rowsOf(table)} (${names.map(sqlName).join(', ')}) ${sql}`);
    }
  }

  /** Shows the rows that have this mark, and no others. */
  async show(mark: string): Promise<void> {
    await this.engine.run(`UPDATE "shown rows" SET mark = ${sqlText(mark)}`);
  }

  /** Shows all rows, which lose their marks. */
  async showAll(): Promise<void> {
    for (const table of this.#filled)
      await this.engine.repeat(`UPDATE ${rowsOf(table)} SET ${sqlName(markColumn.name)} = ''`);
    await this.show('');
  }
}

/** The table of all rows, whatever their mark. */
export function rowsOf({ name }: Table): string {
  return sqlName(`rows of ${name}`);
}
