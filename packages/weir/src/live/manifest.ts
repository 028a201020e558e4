import { join } from 'node:path';
import { ticksPerDay } from '@weir/kql/types';
import type { Store } from '../store/store.ts';
import type { Measured } from './files.ts';
import type { LiveSegment, Tombstone } from './segment.ts';

/** A day of the rollups that was reckoned once: rows of all of them, told apart by the column `Rollup`. */
export interface KeptDay {
  /** Its beginning, ticks. */
  readonly day: bigint;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

/** What a snapshot reads of the manifest. */
export interface Standing {
  readonly seq: bigint;
  /** What was replaced at this commit or before may be gone. */
  readonly forgotten: bigint;
  readonly segments: ReadonlyMap<string, readonly LiveSegment[]>;
  /** In their order. */
  readonly days: readonly KeptDay[];
}

/** A file that is in its place and synced, to be entered. */
export interface NewSegment extends Measured {
  readonly id: number;
  readonly name: string;
  readonly table: string;
  readonly rows: number;
  readonly holds: readonly string[];
  readonly kind: LiveSegment['kind'];
  /** The first and last CommitSeq of its rows; absent: that of the commit that enters it. */
  readonly commits?: { readonly first: bigint; readonly last: bigint };
  readonly lastReplaced?: bigint;
  readonly arrivedAt: bigint;
  /** Absent: `arrivedAt`. */
  readonly keptAt?: bigint | undefined;
  readonly span: LiveSegment['span'];
  readonly evidence: LiveSegment['evidence'];
}

/** A day of the rollups (ticks of its beginning), likewise. */
export interface NewDay extends Measured {
  readonly id: number;
  readonly name: string;
  readonly day: bigint;
  readonly rows: number;
}

export interface RecordedFile extends Measured {
  readonly name: string;
}

export interface NewTombstone extends Measured {
  readonly id: number;
  readonly name: string;
  readonly rows: number;
  /** The commit that replaced the rows, and when; absent: the one that enters it. */
  readonly when?: { readonly seq: bigint; readonly at: bigint };
  readonly of: readonly { readonly segment: number; readonly rows: number }[];
}

/** The tables that name files. */
const kinds = ['segment', 'tombstone', 'egress_day'] as const;

/** The lake's files as the store has them. Every call is short; those that write stand in a transaction of the caller's. */
export class Manifest {
  readonly #store: Store;
  readonly #directory: string;

  constructor(store: Store, directory: string) {
    this.#store = store;
    this.#directory = directory;
  }

  get seq(): bigint {
    return this.#store.statement('SELECT seq FROM manifest').get()?.seq as bigint;
  }

  /** All files that the present snapshot sees and that are there. */
  read(): Standing {
    const { seq, forgotten } = this.#store.statement('SELECT seq, forgotten FROM manifest').get() as {
      seq: bigint;
      forgotten: bigint;
    };
    const tombstones = new Map<bigint, Tombstone[]>();
    for (const { segment, id, file, seq, at, rows } of this.#store
      .statement(
        `SELECT s.segment, t.id, t.file, t.seq, t.at, s.rows FROM superseded s JOIN tombstone t ON t.id = s.tombstone
         WHERE t.retired IS NULL`,
      )
      .all() as unknown as TombstoneRow[]) {
      const of = tombstones.get(segment) ?? [];
      tombstones.set(segment, [
        ...of,
        { id: Number(id), file: join(this.#directory, file), seq, at, rows: Number(rows) },
      ]);
    }
    const rows = this.#store
      .statement('SELECT * FROM segment WHERE retired IS NULL AND lost_at IS NULL ORDER BY id')
      .all() as unknown as SegmentRow[];
    const segments = rows.map((row) => this.#segment(row, tombstones.get(row.id) ?? []));
    const days = this.#store
      .statement('SELECT day, file, rows, bytes FROM egress_day WHERE retired IS NULL ORDER BY day')
      .all()
      .map(({ day, file, rows, bytes }) => ({
        day: day as bigint,
        file: join(this.#directory, String(file)),
        rows: Number(rows),
        bytes: Number(bytes),
      }));
    return { seq, forgotten, segments: Map.groupBy(segments, ({ table }) => table), days };
  }

  #segment(row: SegmentRow, tombstones: readonly Tombstone[]): LiveSegment {
    return {
      id: Number(row.id),
      file: join(this.#directory, row.file),
      table: row.table,
      bytes: Number(row.bytes),
      rows: Number(row.rows),
      holds: new Set(JSON.parse(row.holds)),
      kind: row.kind,
      firstCommit: row.first_commit,
      lastCommit: row.last_commit,
      lastReplaced: row.last_replaced ?? undefined,
      arrivedAt: row.arrived_at,
      keptAt: row.kept_at,
      span:
        row.first_time === null || row.last_time === null ? undefined : { from: row.first_time, until: row.last_time },
      evidence:
        row.first_evidence === null || row.last_evidence === null
          ? undefined
          : { from: row.first_evidence, until: row.last_evidence },
      tombstones,
    };
  }

  /** The number of the next file. None comes back once a change that took it is entered. */
  get nextFile(): number {
    return Number(this.#store.statement('SELECT next_file FROM manifest').get()?.next_file);
  }

  /** The next change's number. Files below `nextFile` are taken. */
  advance(nextFile: number): bigint {
    return this.#store
      .statement('UPDATE manifest SET seq = seq + 1, next_file = max(next_file, ?) RETURNING seq')
      .get(nextFile)?.seq as bigint;
  }

  enter(seq: bigint, segment: NewSegment): void {
    const { first, last } = segment.commits ?? { first: seq, last: seq };
    this.#store
      .statement(
        `INSERT INTO segment (id, file, "table", rows, bytes, crc, holds, kind, seq, first_commit, last_commit, last_replaced,
           arrived_at, kept_at, first_time, last_time, first_evidence, last_evidence)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        segment.id,
        segment.name,
        segment.table,
        segment.rows,
        segment.bytes,
        segment.crc,
        JSON.stringify(segment.holds),
        segment.kind,
        seq,
        first,
        last,
        segment.lastReplaced ?? null,
        segment.arrivedAt,
        segment.keptAt ?? segment.arrivedAt,
        segment.span?.from ?? null,
        segment.span?.until ?? null,
        segment.evidence?.from ?? null,
        segment.evidence?.until ?? null,
      );
    if (segment.kind === 'written') this.#touchDays(seq, segment.id);
  }

  bury(entered: { readonly seq: bigint; readonly at: bigint }, tombstone: NewTombstone): void {
    const { seq, at } = tombstone.when ?? entered;
    this.#store
      .statement('INSERT INTO tombstone (id, file, rows, bytes, crc, seq, at) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(tombstone.id, tombstone.name, tombstone.rows, tombstone.bytes, tombstone.crc, seq, at);
    for (const { segment, rows } of tombstone.of) {
      this.#store
        .statement('INSERT INTO superseded (segment, tombstone, rows) VALUES (?, ?, ?)')
        .run(segment, tombstone.id, rows);
      this.#touchDays(entered.seq, segment);
    }
  }

  keepDay(seq: bigint, { id, name, day, rows, bytes, crc }: NewDay): void {
    this.#store
      .statement('INSERT INTO egress_day (id, day, file, rows, bytes, crc, seq) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(id, day, name, rows, bytes, crc, seq);
  }

  /** From `seq` on no kept day stands for one that a segment may have rows of. */
  #touchDays(seq: bigint, segment: number): void {
    this.#store
      .statement(
        `UPDATE egress_day SET retired = ?1 WHERE retired IS NULL AND EXISTS (
           SELECT 1 FROM segment s WHERE s.id = ?2 AND s."table" = 'DeviceNetworkEvents' AND s.kind <> 'past'
             AND s.first_evidence < egress_day.day + ${ticksPerDay} AND s.last_evidence >= egress_day.day)`,
      )
      .run(seq, segment);
  }

  /** Kept days of which the files are lost are none: nothing is lost with them. Gives the names of all other files. */
  forgetDays(lost: readonly string[]): string[] {
    const forget = this.#store.statement('DELETE FROM egress_day WHERE file = ?');
    return lost.filter((name) => Number(forget.run(name).changes) === 0);
  }

  /** Says that what was replaced up to a commit may be gone. */
  forgetReplaced(upTo: bigint): void {
    this.#store.statement('UPDATE manifest SET forgotten = max(forgotten, ?)').run(upTo);
  }

  /** Up to when rows may be gone because they were old, ticks; undefined where none is. */
  get retainedFrom(): bigint | undefined {
    const from = this.#store.statement('SELECT retained_from FROM manifest').get()?.retained_from;
    return (from as bigint | null | undefined) ?? undefined;
  }

  moveRetention(upTo: bigint): void {
    this.#store.statement('UPDATE manifest SET retained_from = max(coalesce(retained_from, ?1), ?1)').run(upTo);
  }

  /** Snapshots from `seq` on no longer see a segment. `became` hold its rows where they go on; tombstones that name no
   *  standing segment go with it. */
  retire(seq: bigint, segment: number, became: readonly number[] = []): void {
    this.#store.statement('UPDATE segment SET retired = ? WHERE id = ? AND retired IS NULL').run(seq, segment);
    // What became of it has the same rows.
    if (became.length === 0) this.#touchDays(seq, segment);
    for (const other of became)
      this.#store.statement('INSERT INTO successor (segment, became) VALUES (?, ?)').run(segment, other);
    this.#retireTombstones(seq, segment);
  }

  /** Those that name rows of a segment which has retired, and of none that stands. */
  #retireTombstones(seq: bigint, segment: number): void {
    this.#store
      .statement(
        `UPDATE tombstone SET retired = ?1 WHERE retired IS NULL
           AND id IN (SELECT tombstone FROM superseded WHERE segment = ?2)
           AND NOT EXISTS (SELECT 1 FROM superseded o JOIN segment s ON s.id = o.segment
             WHERE o.tombstone = tombstone.id AND s.retired IS NULL)`,
      )
      .run(seq, segment);
  }

  /** Which of these segments no longer stand. */
  retiredOf(segments: readonly number[]): number[] {
    const standing = this.#store.statement('SELECT 1 FROM segment WHERE id = ? AND retired IS NULL');
    return segments.filter((id) => standing.get(id) === undefined);
  }

  /** The tables whose rows these segments hold. Rows that were replaced are no table's. */
  tablesOf(segments: readonly number[]): Set<string> {
    const table = this.#store.statement(`SELECT "table" FROM segment WHERE id = ? AND kind <> 'past'`);
    return new Set(segments.flatMap((id) => table.all(id)).map((row) => String(row.table)));
  }

  /** What these segments became. */
  successorsOf(segments: readonly number[]): { readonly id: number; readonly name: string }[] {
    const became = this.#store.statement(
      'SELECT id, file FROM successor JOIN segment ON id = became WHERE segment = ? ORDER BY id',
    );
    const found = segments.flatMap((segment) => became.all(segment));
    return [...new Map(found.map(({ id, file }) => [Number(id), String(file)]))].map(([id, name]) => ({ id, name }));
  }

  /** What names rows of these segments as replaced; `rows` is of all of them. */
  tombstonesOf(segments: readonly number[]): Tombstone[] {
    const naming = this.#store.statement(
      `SELECT t.id, t.file, t.seq, t.at, s.rows FROM superseded s JOIN tombstone t ON t.id = s.tombstone
       WHERE s.segment = ? AND t.retired IS NULL`,
    );
    const found = new Map<number, Tombstone>();
    for (const segment of segments)
      for (const row of naming.all(segment) as unknown as TombstoneRow[]) {
        const id = Number(row.id);
        const rows = Number(row.rows) + (found.get(id)?.rows ?? 0);
        found.set(id, { id, file: join(this.#directory, row.file), seq: row.seq, at: row.at, rows });
      }
    return [...found.values()];
  }

  /** Every file that the manifest knows, with its length. */
  files(): { readonly name: string; readonly bytes: number }[] {
    const rows = this.#store
      .statement(`${kinds.map((kind) => `SELECT file, bytes FROM ${kind}`).join(' UNION ALL ')} ORDER BY file`)
      .all();
    return rows.map(({ file, bytes }) => ({ name: String(file), bytes: Number(bytes) }));
  }

  /** The files that the present snapshot rests on, lost ones too. */
  recordedFiles(): RecordedFile[] {
    const standing = kinds.map((of) => `SELECT file, bytes, crc FROM ${of} WHERE retired IS NULL`);
    const rows = this.#store.statement(`${standing.join(' UNION ALL ')} ORDER BY file`).all();
    return rows.map(({ file, bytes, crc }) => ({ name: String(file), bytes: Number(bytes), crc: Number(crc) }));
  }

  /** Segments that were lost, or of which it is lost which rows were replaced; by their files' names. */
  lost(): (LiveSegment & { readonly name: string })[] {
    const rows = this.#store
      .statement('SELECT * FROM segment WHERE lost_at IS NOT NULL AND retired IS NULL ORDER BY id')
      .all() as unknown as SegmentRow[];
    return rows.map((row) => ({ ...this.#segment(row, []), name: row.file }));
  }

  lostFiles(): string[] {
    return this.lost().map(({ name }) => name);
  }

  /** Gives up a lost segment: no snapshot sees it, and none will. */
  giveUp(segment: number): void {
    this.#store.statement('UPDATE segment SET retired = ? WHERE id = ? AND retired IS NULL').run(this.seq, segment);
    this.#retireTombstones(this.seq, segment);
  }

  knows(name: string): boolean {
    const known = kinds.map((kind) => `SELECT 1 FROM ${kind} WHERE file = ?1`);
    return this.#store.statement(known.join(' UNION ALL ')).get(name) !== undefined;
  }

  /** Says which files are lost: no snapshot sees such a segment, nor one of which it is lost which rows were replaced. What
   *  was lost and is there again is seen again. */
  markLost(names: readonly string[], at: bigint): void {
    const before = new Set(this.lostFiles());
    this.#store.statement('UPDATE segment SET lost_at = NULL WHERE lost_at IS NOT NULL').run();
    const mark = this.#store.statement(
      `UPDATE segment SET lost_at = ?1 WHERE file = ?2 OR id IN
         (SELECT segment FROM superseded JOIN tombstone ON id = tombstone WHERE file = ?2 AND retired IS NULL)`,
    );
    for (const name of names) mark.run(at, name);
    // Other rows are seen. Readers of the present snapshot may still be reading a day's file.
    if (before.symmetricDifference(new Set(this.lostFiles())).size > 0)
      this.#store.statement('UPDATE egress_day SET retired = ? WHERE retired IS NULL').run(this.seq + 1n);
  }

  /** Removes what is retired and that no reader of a snapshot before `seq` can see; gives the files' names. */
  forget(seq: bigint): string[] {
    const names = kinds.flatMap((kind) =>
      this.#store.statement(`DELETE FROM ${kind} WHERE retired <= ? RETURNING file`).all(seq),
    );
    return names.map(({ file }) => String(file));
  }
}

interface TombstoneRow {
  readonly segment: bigint;
  readonly id: bigint;
  readonly file: string;
  readonly seq: bigint;
  readonly at: bigint;
  readonly rows: bigint;
}

interface SegmentRow {
  readonly id: bigint;
  readonly file: string;
  readonly table: string;
  readonly rows: bigint;
  readonly bytes: bigint;
  readonly holds: string;
  readonly kind: LiveSegment['kind'];
  readonly first_commit: bigint;
  readonly last_commit: bigint;
  readonly last_replaced: bigint | null;
  readonly arrived_at: bigint;
  readonly kept_at: bigint;
  readonly first_time: bigint | null;
  readonly last_time: bigint | null;
  readonly first_evidence: bigint | null;
  readonly last_evidence: bigint | null;
}
