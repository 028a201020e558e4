import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/userError.ts';
import type { Asked, Told } from './clickhouse.worker.ts';

/** The folder of chdb, ClickHouse's engine as a Node module, as a program in one of these folders would find it. Weir does
 *  not bring it along: it is half a gigabyte, and only there to compare with.
 *  @throws UserError `ENGINE_MISSING` */
export function chdbSeenFrom(folders: readonly string[], option: string): string {
  for (const folder of folders) {
    try {
      return dirname(createRequire(join(folder, 'here.js')).resolve('chdb'));
    } catch {
      // Not there.
    }
  }
  throw new UserError(
    'ENGINE_MISSING',
    option,
    `ClickHouse as a Node module (chdb) is not installed: there is none in node_modules of ${folders.join(' or of ')}, nor above`,
    'Install it there: `npm install chdb`, half a gigabyte, for Linux and macOS.',
  );
}

/** What ClickHouse answers: columns' types in its own words, and rows. Whole numbers of 64 bits and reals that are not
 *  finite are texts. */
type Answer = Extract<Told, { readonly rows: unknown }>;

/** ClickHouse in a process of its own, because an engine that crashes takes its process along; then the next question
 *  begins another. */
export class ClickHouseProcess {
  readonly #chdb: string;
  readonly #directory: string | undefined;
  readonly #begin: () => readonly string[];
  #child: ChildProcess | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `chdb`: its folder. `directory`: for what the engine writes; else it makes one itself. `begin`: what a process is
   *  told first. */
  constructor(
    chdb: string,
    { directory, begin = () => [] }: { readonly directory?: string; readonly begin?: () => readonly string[] } = {},
  ) {
    this.#chdb = chdb;
    this.#directory = directory;
    this.#begin = begin;
  }

  /** One question after the other: chdb answers one at a time.
   *  @throws Error with what ClickHouse says, or where it crashed */
  ask(sql: string): Promise<Answer> {
    const answer = this.#last.then(() => this.#told(sql));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Begins, so that an engine that cannot is told once.
   *  @throws UserError `ENGINE_MISSING` */
  async ready(option: string): Promise<void> {
    await this.ask('SELECT 1').catch((error: Error) => {
      const [said = ''] = error.message.split('\n');
      const message = `ClickHouse in ${this.#chdb} does not run: ${said}`;
      throw new UserError(
        'ENGINE_MISSING',
        option,
        message,
        'Install it anew: `npm install chdb`, for Linux and macOS.',
      );
    });
  }

  close(): void {
    this.#child?.kill();
  }

  async #told(sql: string): Promise<Answer> {
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
    // TypeScript where Weir runs from its source, JavaScript where it was built.
    const worker = new URL(`./clickhouse.worker${extname(import.meta.url)}`, import.meta.url);
    const args = [this.#chdb, ...(this.#directory === undefined ? [] : [this.#directory])];
    const child = fork(fileURLToPath(worker), args, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    // It may end between two questions too.
    const forget = () => {
      if (this.#child === child) this.#child = undefined;
    };
    child.on('exit', forget).on('error', forget);
    for (const sql of this.#begin()) await exchange(child, { sql });
    return child;
  }
}

/** The child's answer; undefined where it ended or cannot be asked. */
function exchange(child: ChildProcess, asked: Asked): Promise<Told | undefined> {
  return new Promise((resolve) => {
    const done = (told: Told | undefined) => {
      child.off('message', done).off('exit', ended).off('error', ended);
      resolve(told);
    };
    const ended = () => done(undefined);
    child.on('message', done).on('exit', ended).on('error', ended);
    child.send(asked);
  });
}

/** A real as ClickHouse answers it. */
export function real(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return { nan: Number.NaN, '-nan': Number.NaN, inf: Infinity, '-inf': -Infinity }[value] ?? Number(value);
}
