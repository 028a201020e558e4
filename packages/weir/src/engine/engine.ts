import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from '@duckdb/node-api';
import { afterwards } from './afterwards.ts';
import { sqlText } from './sql.ts';

export interface EngineLimits {
  readonly memoryMb: number;
  readonly threads: number;
  /** Where DuckDB spills when memory is not enough. */
  readonly spillDirectory: string;
  /** For few rows: plans of what is run again and again are kept (`repeat`), and what takes longer to plan than it saves is
   *  left out. */
  readonly fewRows?: boolean;
}

/** Plans that an engine keeps, those that were used last. */
const plansMost = 20;

/** What statistics say of a table is not asked, as a plan that is kept outlives it: the engine would go by what the table held
 *  when it was planned. Lists of names as tables to join with pay for themselves over many rows alone. */
const leftOutOfFew = 'statistics_propagation,in_clause';

export type Parameters = Record<string, DuckDBValue>;

/** Whether the engine gave up for want of memory, after it spilled what it could. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /^Out of Memory Error/i.test(error.message);
}

/** One embedded DuckDB. Values come back as DuckDB's driver gives them: bigint for BIGINT, text for JSON. */
export class Engine {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #threads: number;
  #running = 0;
  #stopped = false;
  /** By their SQL, in order of use; undefined where none are kept. */
  readonly #plans: Map<string, DuckDBPreparedStatement> | undefined;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, threads: number, keepsPlans: boolean) {
    this.#instance = instance;
    this.#connection = connection;
    this.#threads = threads;
    this.#plans = keepsPlans ? new Map() : undefined;
  }

  static async open(limits: EngineLimits): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${limits.memoryMb}MB`,
      threads: String(limits.threads),
      temp_directory: limits.spillDirectory,
      preserve_insertion_order: 'false',
      // It would keep what it read of a file by the path, in memory that is wanted elsewhere; and a name may come again.
      enable_external_file_cache: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const { fewRows = false } = limits;
    if (fewRows) await connection.run(`SET disabled_optimizers = ${sqlText(leftOutOfFew)}`);
    return new Engine(instance, connection, limits.threads, fewRows);
  }

  /** Runs `work`, in whose statements a condition stays where it stands. Over columns that are computed in layers the engine
   *  would ask it of the record itself: everything that it hangs on is then computed twice. */
  async withoutPushdown<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#connection.run("SET disabled_optimizers = 'filter_pushdown'");
    return afterwards(work, () => this.#connection.run('RESET disabled_optimizers'));
  }

  /** Runs `work` on one thread. Of few rows there is nothing to share out, and what several threads make ready for each
   *  statement and tell each other is a fifth of its processor time. Nothing else may run meanwhile. */
  async onOneThread<Result>(work: () => Promise<Result>): Promise<Result> {
    const threads = this.#threads;
    if (threads === 1) return work();
    await this.#connection.run('SET threads = 1');
    this.#threads = 1;
    return afterwards(work, () => {
      this.#threads = threads;
      return this.#connection.run(`SET threads = ${threads}`);
    });
  }

  /** From here on no SQL reads or writes a file outside `directory` (spilled data apart), loads an extension or changes
   *  this again: what a person's query compiles to is a SELECT over Weir's tables, and this holds even if it were not. */
  async confine(directory: string): Promise<void> {
    await this.#connection.run(`SET allowed_directories = [${sqlText(`${directory}/`)}]`);
    await this.#connection.run('SET enable_external_access = false');
    await this.#connection.run('SET lock_configuration = true');
  }

  /** Runs a statement; the number of rows that it changed or copied. */
  async run(sql: string, parameters?: Parameters): Promise<number> {
    const result = await this.#watched(() => this.#connection.run(sql, parameters));
    return result.rowsChanged;
  }

  /** The same for a statement that is run again and again. None has parameters: the engine plans each run of such ones. */
  async repeat(sql: string): Promise<number> {
    const plans = this.#plans;
    if (plans === undefined) return this.run(sql);
    return this.#watched(async () => {
      const plan = plans.get(sql) ?? (await this.#connection.prepare(sql));
      plans.delete(sql);
      const { rowsChanged } = await plan.run();
      plans.set(sql, plan);
      const [[oldest, unused] = []] = plans.size > plansMost ? plans : [];
      if (oldest !== undefined) plans.delete(oldest);
      unused?.destroySync();
      return rowsChanged;
    });
  }

  /** Creates `what` (`TEMP TABLE name`), in place of one of that name, of the rows of `select`; their number. */
  async make(what: string, select: string): Promise<number> {
    const [[count] = []] = await this.table(`CREATE OR REPLACE ${what} AS ${select}`);
    return Number(count);
  }

  /** Drops temporary tables of these names, in SQL, where they are there. */
  async dropTemporary(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.run(names.map((name) => `DROP TABLE IF EXISTS temp.${name}`).join('; '));
  }

  /** All rows as objects keyed by column name. For small results. */
  async rows<Row extends object>(sql: string, parameters?: Parameters): Promise<Row[]> {
    const reader = await this.#watched(() => this.#connection.runAndReadAll(sql, parameters));
    return reader.getRowObjects() as Row[];
  }

  /** All rows as arrays in column order: safe where two columns share a name. */
  async table(sql: string, parameters?: Parameters): Promise<DuckDBValue[][]> {
    const reader = await this.#watched(() => this.#connection.runAndReadAll(sql, parameters));
    return reader.getRows();
  }

  /** Rows in chunks, for results larger than memory. `onTypes` is told the columns' types (`BIGINT`, `JSON`, …) before
   *  the first chunk. */
  async *stream(
    sql: string,
    parameters?: Parameters,
    onTypes?: (types: readonly string[]) => void,
  ): AsyncGenerator<DuckDBValue[][]> {
    const result = await this.#connection.stream(sql, parameters);
    onTypes?.(result.columnTypes().map((type) => type.alias ?? type.toString()));
    for (;;) {
      const chunk = await result.fetchChunk();
      if (!chunk || chunk.rowCount === 0) return;
      yield chunk.getRows();
    }
  }

  /** Stops what runs, soon, or, within one long function call, when that is over; nothing runs in it from then on. */
  stop(): void {
    this.#stopped = true;
    // One that is asked for and has not begun does not hear it.
    const insist = () => {
      if (this.#running === 0) return;
      this.#connection.interrupt();
      setTimeout(insist, 50).unref();
    };
    insist();
  }

  async #watched<Result>(statement: () => Promise<Result>): Promise<Result> {
    if (this.#stopped) throw new Error('the engine was stopped');
    this.#running += 1;
    try {
      return await statement();
    } finally {
      this.#running -= 1;
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
