import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Column } from '../../packages/kql/src/index.ts';
import { columnType } from '../../packages/kql/src/sql/clickhouse/constant.ts';
import { identifier } from '../../packages/kql/src/sql/clickhouse/quote.ts';
import type { Asked, Told } from './clickhouse.worker.ts';
import type { Engine } from './engine.ts';
import { WrongTypes } from './engine.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const installed = here('../../node_modules/.cache/chdb');

// `npm ci` does not take a lock without chdb's libraries for other systems, which the registry does not have; `npm install` checks
// what it takes against the lock as well.
/** The folder of chdb, ClickHouse's engine as a Node module, which is installed here where it is missing: 543 MB, so
 *  that no `npm ci` brings it. `CHDB` names another folder with it. Undefined where it cannot be installed, of which
 *  `say` is told.
 *  @throws Error for that in CI */
export function chdbFolder(say: (line: string) => void): string | undefined {
  const folder = process.env.CHDB ?? installed;
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

/** ClickHouse in a process of its own, because an engine that crashes takes its process along. */
export class ClickHouse implements Engine {
  readonly dialect = 'clickhouse';
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #tables: readonly string[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async createTables(tables: Readonly<Record<string, readonly Column[]>>): Promise<void> {
    this.#tables = Object.entries(tables).map(([table, columns]) => {
      const list = columns.map(({ name, type }) => `${identifier(name)} ${columnType(type)}`);
      return `CREATE OR REPLACE TABLE ${identifier(table)} (${list.join(', ')}) ENGINE = Memory`;
    });
    for (const sql of this.#tables) await this.#ask(sql);
  }

  async rows(sql: string, columns: readonly Column[]): Promise<readonly (readonly unknown[])[]> {
    const { types, rows } = await this.#ask(sql);
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
    this.#child?.kill();
  }

  /** One query after the other: chdb answers one at a time. */
  #ask(sql: string): Promise<Told & { readonly error?: undefined }> {
    const answer = this.#last.then(() => this.#told(sql));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #told(sql: string): Promise<Told & { readonly error?: undefined }> {
    const child = this.#child ?? (await this.#start());
    const told = await exchange(child, { sql });
    if (told === undefined) {
      this.#child = undefined;
      throw new Error('the engine crashed');
    }
    if (told.error !== undefined) throw new Error(told.error);
    return told;
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(here('clickhouse.worker.ts'), [join(this.#folder, 'node_modules', 'chdb')], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    for (const sql of this.#tables) await exchange(child, { sql });
    return child;
  }
}

/** The child's answer; undefined where it ended. */
function exchange(child: ChildProcess, asked: Asked): Promise<Told | undefined> {
  return new Promise((resolve) => {
    const done = (told: Told | undefined) => {
      child.off('message', done).off('exit', ended);
      resolve(told);
    };
    const ended = () => done(undefined);
    child.on('message', done).on('exit', ended);
    child.send(asked);
  });
}

/** Reals beyond the finite come as texts. */
function real(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return { nan: Number.NaN, '-nan': Number.NaN, inf: Infinity, '-inf': -Infinity }[value] ?? Number(value);
}
