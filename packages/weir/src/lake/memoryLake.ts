import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import { publicTables, rolledUp, rollups, storedType, type Table, timelessTables } from '../tables/index.ts';

/** The tables that queries read, with their rows in the engine's memory: for few rows that make room for others. */
export class MemoryLake {
  readonly engine: Engine;
  #filled: readonly Table[] = [];

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Empty tables in an engine that has none. */
  static async create(engine: Engine): Promise<MemoryLake> {
    for (const table of [...publicTables, ...timelessTables]) {
      const columns = table.stored.map(
        ({ name, type }) => `${sqlName(name)} ${storedType[type]}${type === 'string' ? " DEFAULT ''" : ''}`,
      );
      const derived = table.derived.map(({ name, sql }) => `${sql} AS ${sqlName(name)}`);
      await engine.run(`CREATE TABLE ${rowsOf(table)} (${columns.join(', ')})`);
      await engine.run(
        `CREATE VIEW ${sqlName(table.name)} AS SELECT ${['*', ...derived].join(', ')} FROM ${rowsOf(table)}`,
      );
    }
    for (const each of rollups) await engine.run(`CREATE VIEW ${sqlName(each.name)} AS ${rolledUp(each)}`);
    return new MemoryLake(engine);
  }

  /** Puts the rows of a SELECT for each of these tables in the place of all that was there. Columns that it does not give
   *  are null (strings: empty). */
  async fill(rows: ReadonlyMap<Table, { readonly names: readonly string[]; readonly sql: string }>): Promise<void> {
    for (const table of this.#filled) await this.engine.run(`DELETE FROM ${rowsOf(table)}`);
    this.#filled = [...rows.keys()];
    for (const [table, { names, sql }] of rows) {
      await this.engine.run(`INSERT INTO ${rowsOf(table)} (${names.map(sqlName).join(', ')}) ${sql}`);
    }
  }
}

function rowsOf({ name }: Table): string {
  return sqlName(`rows of ${name}`);
}
