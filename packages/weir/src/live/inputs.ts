import type { JournalEntry } from '../journal/frame.ts';
import type { InputReport } from '../model/input.ts';
import type { Store } from '../store/store.ts';
import type { Chunk } from './chunks.ts';

/** What a source gave, by format: so far, or in one batch. records = rows + rejects + ignored + unsplit. */
export interface Given {
  readonly door: string;
  readonly source: string;
  /** As scan names it; empty where it is not known. */
  readonly format: string;
  entries: number;
  /** Bodies, and documents with names of their own, that came again and were not taken twice. */
  repeated: number;
  bytes: number;
  records: number;
  rows: number;
  rejects: number;
  ignored: number;
  /** Rows or ignored, which is not known where sources were read together. */
  unsplit: number;
  /** Ticks. */
  firstAt: bigint;
  lastAt: bigint;
  /** The last reason for which a body was skipped or read in part. */
  reason: string | undefined;
}

/** What each source of a batch gave. */
export class BatchInputs {
  readonly #given = new Map<string, Given>();

  get all(): readonly Given[] {
    return [...this.#given.values()];
  }

  /** An entry whose rows are there already, or that counts such. */
  repeated(entry: JournalEntry): void {
    this.#of(entry, '').repeated += entry.repeated ?? 1;
  }

  /** An entry that is kept beside, and why. */
  aside(entry: JournalEntry, reason: string): void {
    this.#of(entry, '').reason = reason;
  }

  /** What became of a file. `rejected` are the lines of its rejects, told apart where several sources share it. */
  read(chunk: Chunk, report: InputReport, rejected: readonly number[]): void {
    const { parts } = chunk;
    const format = report.format ?? '';
    const given = parts.map(({ entry }) => this.#of(entry, format));
    for (const one of given) if (report.reason !== undefined) one.reason = report.reason;
    const [first] = given;
    if (first && new Set(given).size === 1) {
      for (const count of ['records', 'rows', 'rejects', 'ignored'] as const) first[count] += report[count];
      return;
    }
    let [records, rejects] = [0, 0];
    for (const [index, part] of parts.entries()) {
      const until = parts[index + 1]?.before ?? Number.POSITIVE_INFINITY;
      const own = rejected.filter((line) => line > part.before && line <= until).length;
      this.#add(given[index], part.records, own, report.ignored === 0);
      records += part.records;
      rejects += own;
    }
    // What this code takes for a record and the intake does not, or the other way round, is still counted.
    this.#add(first, report.records - records, report.rejects - rejects, report.ignored === 0);
  }

  #add(given: Given | undefined, records: number, rejects: number, allRows: boolean): void {
    if (!given) return;
    given.records += records;
    given.rejects += rejects;
    given[allRows ? 'rows' : 'unsplit'] += records - rejects;
  }

  #of({ door, source, receivedAt, body }: JournalEntry, format: string): Given {
    const key = JSON.stringify([door, source, format]);
    const known = this.#given.get(key);
    const none = { entries: 0, repeated: 0, bytes: 0, records: 0, rows: 0, rejects: 0, ignored: 0, unsplit: 0 };
    const given = known ?? {
      door,
      source,
      format,
      ...none,
      firstAt: receivedAt,
      lastAt: receivedAt,
      reason: undefined,
    };
    if (!known) this.#given.set(key, given);
    given.entries += 1;
    given.bytes += body.length;
    if (receivedAt < given.firstAt) given.firstAt = receivedAt;
    if (receivedAt > given.lastAt) given.lastAt = receivedAt;
    return given;
  }
}

/** Adds what a batch gave to what was given so far: part of its commit. */
export function addInputs(store: Store, inputs: readonly Given[]): void {
  const add = store.statement(
    `INSERT INTO input (door, source, format, entries, repeated, bytes, records, rows, rejects, ignored, unsplit, first_at,
       last_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET entries = entries + excluded.entries, repeated = repeated + excluded.repeated,
       bytes = bytes + excluded.bytes, records = records + excluded.records, rows = rows + excluded.rows,
       rejects = rejects + excluded.rejects, ignored = ignored + excluded.ignored, unsplit = unsplit + excluded.unsplit,
       first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at),
       reason = coalesce(excluded.reason, reason)`,
  );
  for (const one of inputs)
    add.run(
      one.door,
      one.source,
      one.format,
      one.entries,
      one.repeated,
      one.bytes,
      one.records,
      one.rows,
      one.rejects,
      one.ignored,
      one.unsplit,
      one.firstAt,
      one.lastAt,
      one.reason ?? null,
    );
}

/** What each source gave since the home was made. */
export function readInputs(store: Store): Given[] {
  return store
    .statement('SELECT * FROM input ORDER BY door, source, format')
    .all()
    .map((row) => ({
      door: String(row.door),
      source: String(row.source),
      format: String(row.format),
      entries: Number(row.entries),
      repeated: Number(row.repeated),
      bytes: Number(row.bytes),
      records: Number(row.records),
      rows: Number(row.rows),
      rejects: Number(row.rejects),
      ignored: Number(row.ignored),
      unsplit: Number(row.unsplit),
      firstAt: row.first_at as bigint,
      lastAt: row.last_at as bigint,
      reason: row.reason === null ? undefined : String(row.reason),
    }));
}
