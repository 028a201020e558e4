import { join } from 'node:path';
import type { Diagnostic } from '@weir/kql';
import type { Column, Schema } from '@weir/kql/types';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../model/clock.ts';
import { UserError } from '../../model/userError.ts';
import { schemaWith } from '../../tables/watchlists.ts';
import { QueryProcess } from './process.ts';
import type { Answered, Asking, Beginning, Told } from './protocol.ts';
import { recorded } from './recorded.ts';
import { Shares } from './shares.ts';
import { overMemory } from './watch.ts';

/** The tables at a moment, which stand until they are released. */
export interface Tables {
  readonly seq: bigint;
  /** Makes the tables' views; runs nothing else. */
  show(engine: Pick<Engine, 'run'>): Promise<void>;
  release(): void;
}

export interface QueryLimits {
  /** How many run at a time, each in a process of its own. */
  readonly atOnce: number;
  readonly memoryMb: number;
  readonly threads: number;
  /** What one may write to disk where memory is not enough. */
  readonly spillMb: number;
  /** Ticks; then its process is killed. */
  readonly time: bigint;
  readonly rows: number;
}

export interface QueriesOptions {
  readonly limits: QueryLimits;
  readonly clock: Clock;
  /** The segments' folder. */
  readonly directory: string;
  /** A folder for what queries spill. */
  readonly spillDirectory: string;
  readonly watchlists: Beginning['watchlists'];
  readonly prepare: Beginning['prepare'];
  readonly snapshot: () => Tables;
  /** Told what a process said that ended unasked. */
  readonly onCrash: (said: string) => void;
}

export interface Query {
  /** Its asker's own; by it the query is cancelled. */
  readonly id: string;
  readonly who: string;
  readonly kql: string;
  /** Ticks; absent: the present. */
  readonly now?: bigint | undefined;
  readonly rows?: number | undefined;
}

export interface Running extends Query {
  /** Ticks. */
  readonly since: bigint;
}

/** A query's rows as JSON arrays joined by commas, and the commit that it saw. */
export interface QueryAnswer extends Omit<Answered, 'kind'> {
  readonly seq: bigint;
  readonly now: bigint;
}

/** A text that does not compile. */
export class QueryRefused extends UserError {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const [first] = diagnostics.filter(({ severity }) => severity === 'error');
    const place = first === undefined ? 'query' : `${first.line}:${first.column}`;
    super(
      'QUERY_REFUSED',
      place,
      first?.message ?? 'the query does not compile',
      first?.advice ?? 'Correct it at this place.',
    );
    this.diagnostics = diagnostics;
  }
}

/** So many of one person may wait while others run. */
const waitingMax = 16;
/** A process makes room for a fresh one after so many: what it may have leaked goes with it. */
const answersMax = 200;
const sizeMax = 32 * 1024 * 1024;

interface Waiting {
  readonly who: string;
  readonly go: () => void;
}

interface Entry {
  readonly running: Running;
  readonly stop: AbortController;
}

/** People's queries: each in a process that is killed when its asker goes away, cancels, or has waited too long. Processes
 *  stand ready, as a new one needs a second to load the parser. Who asks more than others waits behind them. */
export class Queries {
  readonly #options: QueriesOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #idle: Promise<QueryProcess>[] = [];
  readonly #queue: Waiting[] = [];
  readonly #shares = new Shares();
  readonly #all = new Set<Promise<QueryProcess>>();
  #free: number;
  #spills = 0;
  #closed = false;

  /** What a query may name. */
  readonly schema: Schema;
  /** No query gives more. */
  readonly rowsMost: number;

  constructor(options: QueriesOptions) {
    this.#options = options;
    this.#free = options.limits.atOnce;
    this.schema = schemaWith(options.watchlists);
    this.rowsMost = options.limits.rows;
  }

  /** Starts a process, so that the first query does not wait for one. Each holds some 200 MB, so others begin when several
   *  queries run at once; then they stay. */
  async warm(): Promise<void> {
    if (this.#idle.length === 0 && !this.#closed) this.#idle.push(this.#start());
    await Promise.all(this.#idle);
  }

  running(): Running[] {
    return [...this.#entries.values()].map(({ running }) => running);
  }

  /** Runs a query. `signal`: its asker went away.
   *  @throws QueryRefused; UserError `QUERY_CANCELLED`, `QUERY_TIMEOUT`, `QUERY_MEMORY`, `QUERY_VALUES`, `QUERY_BUSY`,
   *  `QUERY_EXISTS` */
  async run(query: Query, signal: AbortSignal): Promise<QueryAnswer> {
    const { clock, limits, snapshot } = this.#options;
    const now = query.now ?? clock.now();
    return this.#within(query, signal, async (stop) => {
      const tables = snapshot();
      try {
        const show = await recorded((engine) => tables.show(engine));
        const rowsMax = Math.min(query.rows ?? limits.rows, limits.rows);
        const asking = {
          kind: 'query',
          kql: query.kql,
          now,
          rowsMax,
          sizeMax,
          tables: { seq: tables.seq, show },
        } as const;
        const { kind: _, ...answered } = answeredOf(await this.#ask(asking, stop));
        return { ...answered, seq: tables.seq, now };
      } finally {
        tables.release();
      }
    });
  }

  /** What is wrong with a text, and the columns that it would give; nothing is read. */
  async check(
    query: Query,
    signal: AbortSignal,
  ): Promise<{ diagnostics: readonly Diagnostic[]; columns: readonly Column[] }> {
    const asking = { kind: 'check', kql: query.kql, now: 0n, rowsMax: 0, sizeMax: 0, tables: undefined } as const;
    const told = await this.#within(query, signal, (stop) => this.#ask(asking, stop));
    if (told.kind === 'diagnosed') return told;
    throw unexpected(told);
  }

  /** Kills a query. False where none of this id runs or waits. */
  cancel(id: string): boolean {
    const entry = this.#entries.get(id);
    entry?.stop.abort(cancelled());
    return entry !== undefined;
  }

  /** Kills all of them. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { stop } of this.#entries.values()) stop.abort(cancelled());
    await Promise.allSettled([...this.#all].map(async (process) => (await process).kill()));
  }

  /** Runs `work` as the query, when its turn comes. */
  async #within<Result>(
    query: Query,
    signal: AbortSignal,
    work: (stop: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    if (this.#entries.has(query.id))
      throw new UserError('QUERY_EXISTS', 'id', 'a query of this id runs already', 'Give each query an id of its own.');
    const stop = new AbortController();
    const leave = () => stop.abort(cancelled());
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    this.#entries.set(query.id, { running: { ...query, since: this.#options.clock.now() }, stop });
    try {
      await this.#turn(query.who, stop.signal);
      try {
        return await work(stop.signal);
      } finally {
        this.#leave(query.who);
      }
    } finally {
      this.#entries.delete(query.id);
      signal.removeEventListener('abort', leave);
    }
  }

  async #turn(who: string, stop: AbortSignal): Promise<void> {
    stop.throwIfAborted();
    if (this.#free > 0) {
      this.#free -= 1;
      this.#shares.begin(who);
      return;
    }
    if (this.#queue.filter((each) => each.who === who).length >= waitingMax)
      throw new UserError('QUERY_BUSY', 'queries', 'too many queries wait already', 'Try again when some are done.');
    await new Promise<void>((resolve, reject) => {
      const away = () => {
        this.#queue.splice(this.#queue.indexOf(mine), 1);
        reject(stop.reason);
      };
      const mine = {
        who,
        go: () => {
          stop.removeEventListener('abort', away);
          resolve();
        },
      };
      this.#queue.push(mine);
      stop.addEventListener('abort', away, { once: true });
    });
  }

  /** The place of a query that has ended is at once the next one's. */
  #leave(who: string): void {
    this.#shares.end(who);
    const next = this.#shares.next(this.#queue);
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#queue.splice(this.#queue.indexOf(next), 1);
    this.#shares.begin(next.who);
    next.go();
  }

  async #ask(asking: Asking, stop: AbortSignal): Promise<Told> {
    const { clock, limits } = this.#options;
    const process = await this.#take();
    const over = new AbortController();
    const ends = AbortSignal.any([stop, over.signal]);
    let killed: unknown;
    const kill = (reason: unknown) => {
      killed ??= reason;
      void process.kill();
    };
    const stopped = () => kill(stop.reason);
    if (stop.aborted) stopped();
    stop.addEventListener('abort', stopped, { once: true });
    clock.sleep(limits.time, ends).then(
      () => kill(tooLong(limits.time)),
      () => undefined,
    );
    const memoryMax = (limits.memoryMb + 600) * 2 ** 20;
    overMemory(process.pid, memoryMax, clock, ends).then(
      (is) => is && kill(tooLarge()),
      () => undefined,
    );
    try {
      const told = await process.ask(asking);
      if (told !== undefined) return told;
      if (killed !== undefined) throw killed;
      this.#options.onCrash(process.said);
      throw tooLarge();
    } finally {
      over.abort();
      stop.removeEventListener('abort', stopped);
      await this.#giveBack(process);
    }
  }

  async #take(): Promise<QueryProcess> {
    for (;;) {
      // Nobody would end a process that starts once all of them are ended.
      if (this.#closed) throw cancelled();
      const process = await (this.#idle.shift() ?? this.#start());
      if (process.alive) return process;
      await this.#forget(process);
    }
  }

  async #giveBack(process: QueryProcess): Promise<void> {
    if (this.#closed) return;
    if (process.alive && process.answered < answersMax) {
      this.#idle.push(Promise.resolve(process));
      return;
    }
    await this.#forget(process);
    // It may have been closed meanwhile.
    if (!this.#closed) this.#idle.push(this.#start());
  }

  async #forget(process: QueryProcess): Promise<void> {
    await process.kill();
    for (const one of this.#all) if ((await one.catch(() => undefined)) === process) this.#all.delete(one);
  }

  #start(): Promise<QueryProcess> {
    const { limits, directory, spillDirectory, watchlists, prepare } = this.#options;
    const { memoryMb, threads, spillMb } = limits;
    this.#spills += 1;
    const spill = join(spillDirectory, `query-${this.#spills}`);
    const process = QueryProcess.start({
      kind: 'begin',
      directory,
      spillDirectory: spill,
      memoryMb,
      threads,
      spillMb,
      watchlists,
      prepare,
    });
    this.#all.add(process);
    // Who takes it hears of a failure; until then it is nobody's.
    process.catch(() => this.#all.delete(process));
    return process;
  }
}

function answeredOf(told: Told): Answered {
  if (told.kind === 'answered') return told;
  if (told.kind === 'diagnosed') throw new QueryRefused(told.diagnostics);
  throw unexpected(told);
}

function unexpected(told: Told): Error {
  if (told.kind === 'failed') return new UserError(told.code, 'query', told.message, told.advice);
  return new Error(told.kind === 'bug' ? told.message : `a query's process told ${told.kind}`);
}

function cancelled(): UserError {
  return new UserError('QUERY_CANCELLED', 'query', 'the query was cancelled', 'Ask again where it is still wanted.');
}

function tooLong(time: bigint): UserError {
  const seconds = time / 10_000_000n;
  return new UserError(
    'QUERY_TIMEOUT',
    'query',
    `the query took longer than ${seconds} s and was ended`,
    'Narrow it by time or device, or summarize earlier; queries.time in weir.yaml is the limit.',
  );
}

function tooLarge(): UserError {
  return new UserError(
    'QUERY_MEMORY',
    'query',
    'the query needed more memory than a query may have, and was ended',
    'Narrow it by time or device, or summarize earlier; queries.memory in weir.yaml is the limit.',
  );
}
