import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Column, emptyTable } from '../../packages/kql/src/index.ts';
import { columnType } from '../../packages/kql/src/sql/clickhouse/constant.ts';
import { ClickHouseProcess, real } from '../../packages/weir/src/ruletest/clickhouse.ts';
import type { Engine } from './engine.ts';
import { WrongTypes } from './engine.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Where chdb is, once it is installed. */
export const chdbHome = process.env.CHDB ?? here('../../node_modules/.cache/chdb');

// `npm ci` does not take a lock without chdb's libraries for other systems, which the registry does not have; `npm install` checks
// what it takes against the lock as well.
/** The folder of chdb, ClickHouse's engine as a Node module, which is installed here where it is missing: 543 MB, so
 *  that no `npm ci` brings it. `CHDB` names another folder with it. Undefined where it cannot be installed, of which
 *  `say` is told.
 *  @throws Error for that in CI */
export function chdbFolder(say: (line: string) => void): string | undefined {
  const folder = chdbHome;
  if (existsSync(join(folder, 'node_modules', 'chdb'))) return folder;
  say('ClickHouse (chdb, 543 MB) is being installed for this suite …');
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(here(`chdb/${file}`), join(folder, file));
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0) return folder;
  if (process.env.CI) throw new Error('chdb could not be installed');
  say('ClickHouse is not checked: chdb could not be installed.');
  return undefined;
}

/** ClickHouse as the suites ask it. */
export class ClickHouse implements Engine {
  readonly dialect = 'clickhouse';
  readonly #process: ClickHouseProcess;
  #tables: readonly string[] = [];

  constructor(folder: string) {
    this.#process = new ClickHouseProcess(join(folder, 'node_modules', 'chdb'), { begin: () => this.#tables });
  }

  async createTables(tables: Readonly<Record<string, readonly Column[]>>): Promise<void> {
    this.#tables = Object.entries(tables).map(([table, columns]) => emptyTable(table, columns, this.dialect));
    for (const sql of this.#tables) await this.#process.ask(sql);
  }

  async rows(sql: string, columns: readonly Column[]): Promise<readonly (readonly unknown[])[]> {
    const { types, rows } = await this.#process.ask(sql);
    const wrong = columns.flatMap(({ name, type }, index) => {
      const held = (types[index] ?? '')
        .replace(/^Nullable\((.*)\)$/, '$1')
        .replace(/^Decimal\(38, .*/, 'Decimal(38, 18)');
      const promised = columnType(type).replace(/^Nullable\((.*)\)$/, '$1');
      return held === promised ? [] : [`${name}: ${type} (${promised}) promised, ${types[index]} returned`];
    });
    if (wrong.length > 0 || types.length !== columns.length) throw new WrongTypes(wrong.join('; '));
    return rows.map((row) => row.map((value, index) => (columns[index]?.type === 'real' ? real(value) : value)));
  }

  close(): void {
    this.#process.close();
  }
}
