import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engine/engine.ts';
import { sqlName, sqlText } from '../engine/sql.ts';
import { UserError } from '../model/userError.ts';
import { intakeTables, rolledUp, rollups, type Table, timelessTables } from '../tables/index.ts';
import { alike, type Segment, segmentEncoding, shownColumns, storedColumn, tableRows } from './segments.ts';

/** Rows of a table that follow each other: those with `place` from `from` to before `until`, as SQL for a relation. */
export interface Slice {
  readonly from: number;
  readonly until: number;
  readonly relation: string;
}

/** What is read again at once, in small groups: 3 million records took 400 MB of memory at most, in usual groups 500. */
const spoolEncoding = 'COMPRESSION lz4, ROW_GROUP_SIZE 20480';

/** What asks of a lake needs no more than that its tables are views in an engine. */
export type ReadableLake = Pick<Lake, 'engine'>;

/** Immutable Parquet segments a table, and a view over them under the table's name. */
export class Lake {
  readonly engine: Engine;
  /** Where the segments are. */
  readonly directory: string;
  readonly #segments = new Map<string, readonly Segment[]>();
  #written = 0;
  /** Tables whose views are to be made anew when the appends that belong together are done. */
  #unseen: Set<Table> | undefined;
  readonly #views: boolean;

  private constructor(engine: Engine, directory: string, views: boolean) {
    this.engine = engine;
    this.directory = directory;
    this.#views = views;
  }

  /** An empty lake in a folder of its own, which it makes. */
  static async create(engine: Engine, directory: string): Promise<Lake> {
    await mkdir(directory, { recursive: true });
    const lake = new Lake(engine, directory, true);
    const views = [...intakeTables, ...timelessTables].map((table) => lake.#view(table));
    const over = rollups.map((each) => `CREATE OR REPLACE VIEW ${sqlName(each.name)} AS ${rolledUp(each)}`);
    await engine.run([...views, ...over].join('; '));
    return lake;
  }

  /** The same for one that is written to and not asked: its tables are no views, which saves a small batch a fifth. */
  static async createUnseen(engine: Engine, directory: string): Promise<Lake> {
    await mkdir(directory, { recursive: true });
    return new Lake(engine, directory, false);
  }

  /** Writes the rows of a SELECT as one segment and shows them in the table's view. Columns that the SELECT does not
   *  give are null (strings: empty). Gives the number of rows; a SELECT without rows leaves no segment. */
  async append(table: Table, select: string, given: readonly string[]): Promise<number> {
    const segments = this.#segments.get(table.name) ?? [];
    const file = join(this.directory, `${table.name}-${this.#written}.parquet`);
    this.#written += 1;
    const stored = table.stored.filter(({ name }) => given.includes(name)).map(storedColumn);
    const rows = await this.#write(`SELECT ${stored.join(', ')} FROM (${select})`, file, segmentEncoding);
    if (rows === 0) return 0;
    this.#segments.set(table.name, [...segments, { file, holds: new Set(given), rows }]);
    await this.#show(table);
    return rows;
  }

  /** Runs `work`, whose appends come into view when it ends: a view is made anew of all its segments, which is too much
   *  for each of thousands of appends. */
  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#unseen = new Set();
    try {
      return await work();
    } finally {
      const unseen = this.#unseen;
      this.#unseen = undefined;
      for (const table of unseen) await this.#show(table);
    }
  }

  /** Runs `work`; if it throws, every segment that it appended is out of view again. */
  async atomically<Result>(work: () => Promise<Result>): Promise<Result> {
    const before = new Map(this.#segments);
    try {
      return await work();
    } catch (error) {
      for (const table of intakeTables) {
        const segments = before.get(table.name) ?? [];
        if (this.#segments.get(table.name)?.length === segments.length) continue;
        const undone = this.#segments.get(table.name)?.slice(segments.length) ?? [];
        this.#segments.set(table.name, segments);
        await this.#show(table);
        for (const { file } of undone) await rm(file, { force: true });
      }
      throw error;
    }
  }

  /** The columns that some row of a table knows, by what the segments' own statistics say; the others are null (strings:
   *  empty) in all of them. */
  async known(table: Table): Promise<ReadonlySet<string>> {
    const files = (this.#segments.get(table.name) ?? []).map(({ file }) => sqlText(file));
    if (files.length === 0) return new Set();
    const columns = await this.engine.rows<{ name: string }>(
      `SELECT path_in_schema AS name FROM parquet_metadata([${files.join(', ')}])
       GROUP BY name HAVING NOT bool_and(coalesce(stats_null_count = num_values OR (stats_max_value = '' AND max_is_exact), false))`,
    );
    return new Set(columns.map(({ name }) => name));
  }

  /** A table's segments, in the order in which they were written. */
  segments(table: Table): readonly Segment[] {
    return this.#segments.get(table.name) ?? [];
  }

  /** The columns that some segment of a table holds; the others are null (strings: empty) in all rows. */
  held(table: Table): ReadonlySet<string> {
    return new Set(this.segments(table).flatMap(({ holds }) => [...holds]));
  }

  /** How many rows a table holds. */
  count(table: Table): number {
    return (this.#segments.get(table.name) ?? []).reduce((rows, segment) => rows + segment.rows, 0);
  }

  /** SQL: a table's stored columns and `place`, a row's number in the order of the segments. It stands for the row until the
   *  table is appended to or replaced. */
  placed(table: Table): string {
    return placed(table, laidOut(this.#segments.get(table.name) ?? []));
  }

  /** All rows of `placed` in slices of about `size`, each of which reads no more of the files than its rows. */
  slices(table: Table, size: number): Slice[] {
    const slices: Slice[] = [];
    let few: Placed[] = [];
    const close = (): void => {
      const [first, last] = [few[0], few.at(-1)];
      if (first && last)
        slices.push({ from: first.place, until: last.place + last.rows, relation: placed(table, few) });
      few = [];
    };
    for (const segment of laidOut(this.#segments.get(table.name) ?? [])) {
      if (few.reduce((rows, one) => rows + one.rows, segment.rows) > size) close();
      if (segment.rows <= size) {
        few.push(segment);
        continue;
      }
      for (let row = 0; row < segment.rows; row += size) {
        const end = Math.min(row + size, segment.rows);
        slices.push({
          from: segment.place + row,
          until: segment.place + end,
          relation: `(FROM ${placed(table, [segment])} WHERE place >= ${segment.place + row} AND place < ${segment.place + end})`,
        });
      }
    }
    close();
    return slices;
  }

  /** Runs `work` over the rows of a SELECT, which is computed once. In the lake's folder and not in the engine's memory:
   *  records of gigabytes of logs would push everything else out of it. */
  async spooled<Result>(select: string, work: (relation: string) => Promise<Result>): Promise<Result> {
    // A name of its own: the engine remembers what it read under another's.
    const file = join(this.directory, `spool-${this.#written}.parquet`);
    this.#written += 1;
    try {
      await this.#write(select, file, spoolEncoding);
      return await work(`read_parquet(${sqlText(file)})`);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Runs `work` over a file of the folder with a text. */
  async beside<Result>(text: string, work: (path: string) => Promise<Result>): Promise<Result> {
    const file = join(this.directory, `beside-${this.#written}`);
    this.#written += 1;
    try {
      await this.#fitting(writeFile(file, text));
      return await work(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Runs `work` over the rows of SELECTs with a column `part` (0 to before `parts`), sorted into files by it: a part is read
   *  alone. `work` is given SQL of a part's rows, undefined where there are none. */
  async parted<Result>(
    selects: readonly string[],
    parts: number,
    work: (part: (part: number) => string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const folder = join(this.directory, `parts-${this.#written}`);
    this.#written += 1;
    try {
      const [only] = parts === 1 && selects.length === 1 ? selects : [];
      if (only !== undefined) {
        const file = `${folder}.parquet`;
        const rows = await this.#write(only, file, spoolEncoding);
        return await work(() => (rows > 0 ? `read_parquet(${sqlText(file)})` : undefined));
      }
      for (const [at, select] of selects.entries())
        await this.#write(
          select,
          folder,
          `${spoolEncoding}, PARTITION_BY (part), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'of${at}-{i}'`,
        );
      return await work((part) => {
        const files = join(folder, `part=${part}`);
        return existsSync(files)
          ? `read_parquet(${sqlText(join(files, '*.parquet'))}, hive_partitioning = false)`
          : undefined;
      });
    } finally {
      for (const made of [folder, `${folder}.parquet`]) await rm(made, { recursive: true, force: true });
    }
  }

  /** Takes all rows of a table out of view. */
  async clear(table: Table): Promise<void> {
    if (!this.#segments.delete(table.name)) return;
    await this.#show(table);
  }

  /** Puts the rows of a SELECT over a table in the place of all that it had. Columns that are not `given` are null (strings:
   *  empty) in all of them. */
  async replace(
    table: Table,
    select: string,
    given: readonly string[] = table.stored.map(({ name }) => name),
  ): Promise<void> {
    const before = this.#segments.get(table.name) ?? [];
    await this.append(table, select, given);
    this.#segments.set(table.name, (this.#segments.get(table.name) ?? []).slice(before.length));
    await this.#show(table);
  }

  /** Writes the rows of a SELECT to a file of the folder; a disk that fills up meanwhile is told in plain words. */
  async #write(select: string, file: string, encoding: string): Promise<number> {
    return this.#fitting(this.engine.run(`COPY (${select}) TO ${sqlText(file)} (FORMAT parquet, ${encoding})`));
  }

  /** @throws UserError `DISK_FULL` where what is written has no room */
  #fitting<Result>(writing: Promise<Result>): Promise<Result> {
    return writing.catch((error: unknown) => {
      if (!isDiskFull(error)) throw error;
      throw new UserError(
        'DISK_FULL',
        this.directory,
        'the disk is full: the rows that were read do not fit there',
        'Free some space, or point TMPDIR at a larger disk: Weir needs about the size of the logs there.',
      );
    });
  }

  async #show(table: Table): Promise<void> {
    if (!this.#views) return;
    if (this.#unseen) {
      this.#unseen.add(table);
      return;
    }
    await this.engine.run(this.#view(table));
  }

  #view(table: Table): string {
    const segments = this.#segments.get(table.name) ?? [];
    const parts = alike(table, segments).map((group) => {
      const files = group.map(({ file }) => sqlText(file));
      return `SELECT ${shownColumns(table, group[0]?.holds)} FROM read_parquet([${files.join(', ')}])`;
    });
    return `CREATE OR REPLACE VIEW memory.${sqlName(table.name)} AS ${tableRows(table, parts)}`;
  }
}

/** A segment with the place of its first row. */
interface Placed extends Segment {
  readonly place: number;
}

function laidOut(segments: readonly Segment[]): Placed[] {
  let place = 0;
  return segments.map((segment) => {
    place += segment.rows;
    return { ...segment, place: place - segment.rows };
  });
}

function placed(table: Table, segments: readonly Placed[]): string {
  const parts = alike(table, segments).map((group) => {
    const [only] = group.length === 1 ? group : [];
    const first = only ? only.place : `[${group.map(({ place }) => place).join(', ')}][file_index::BIGINT + 1]`;
    return `SELECT ${shownColumns(table, group[0]?.holds)}, (file_row_number + ${first})::INTEGER AS place
      FROM read_parquet([${group.map(({ file }) => sqlText(file)).join(', ')}])`;
  });
  if (parts.length === 0) return `(SELECT ${shownColumns(table, new Set())}, 0::INTEGER AS place LIMIT 0)`;
  return `(${parts.join(' UNION ALL ')})`;
}

/** Whether the engine ran out of disk, for a segment or for what it spills. */
export function isDiskFull(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /No space left on device|Disk quota exceeded|File too large|Could not write/i.test(text);
}
