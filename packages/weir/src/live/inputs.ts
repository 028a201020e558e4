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
  /** Bodies that are kept beside, for nothing could be read of them. */
  aside: number;
  /** Rows or ignored, which is not known where sources were read together. */
  unsplit: number;
  /** Ticks. */
  firstAt: bigint;
  lastAt: bigint;
  /** The last reason for which a body was skipped or read in part. */
  reason: string | undefined;
}

/** The same so far. Times are ticks. */
export interface GivenSoFar extends Given {
  /** None of its rows has a later time; undefined where it gave none. */
  readonly newest: bigint | undefined;
  readonly reasonAt: bigint | undefined;
}

/** So many sources are told apart, for senders name them: of more, what they gave is counted together. */
const mostSources = 2_000;
const others = '(others)';
/** The name under which is counted what those gave that send no more. */
export const goneSources = '(gone)';

/** Whether a name stands for many sources, of which no one is silent or well. */
export function isMany(source: string): boolean {
  return source === others || source === goneSources;
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
    const given = this.#given.get(keyOf(entry, '')) ?? this.#of(entry, '');
    given.aside += 1;
    given.reason = reason;
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

  #of(entry: JournalEntry, format: string): Given {
    const { door, source, receivedAt, body } = entry;
    const key = keyOf(entry, format);
    const known = this.#given.get(key);
    const none = {
      entries: 0,
      repeated: 0,
      bytes: 0,
      records: 0,
      rows: 0,
      rejects: 0,
      aside: 0,
      ignored: 0,
      unsplit: 0,
    };
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

function keyOf({ door, source }: Pick<JournalEntry, 'door' | 'source'>, format: string): string {
  return JSON.stringify([door, source, format]);
}

/** The latest time of a commit's rows; null where it has none. */
export function newestOf(store: Store, seq: bigint): bigint | null {
  const row = store.statement('SELECT max(last_time) AS newest FROM segment WHERE seq = ?').get(seq);
  return (row?.newest ?? null) as bigint | null;
}

/** Adds what a batch gave to what was given so far: part of its commit. `newest` is the latest time of the batch's rows, and
 *  so none of a source's is later. A row of the future is as one of the moment in which it came. */
export function addInputs(store: Store, inputs: readonly Given[], newest: bigint | null): void {
  const isKnown = store.statement('SELECT 1 FROM input WHERE door = ? AND source = ? LIMIT 1');
  const known = store.statement('SELECT count(*) AS n FROM (SELECT DISTINCT door, source FROM input)');
  const add = store.statement(
    `INSERT INTO input (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${together}`,
  );
  for (const one of inputs) {
    const { door, source } = one;
    const format = isRepeats(one) ? formatOf(store, inputs, one) : one.format;
    const isOther = !isKnown.get(door, source) && Number(known.get()?.n) >= mostSources;
    const { entries, repeated, bytes, records, rows, rejects, aside, ignored, unsplit } = one;
    add.run(
      ...[door, isOther ? others : source, format],
      ...[entries, repeated, bytes, records, rows, rejects, aside, ignored, unsplit, one.firstAt, one.lastAt],
      rows + unsplit > 0 && newest !== null ? (newest < one.lastAt ? newest : one.lastAt) : null,
      ...(one.reason === undefined ? [null, null] : [one.reason, one.lastAt]),
    );
  }
}

/** Whether it is nothing but bodies that came before, whose format nobody looks at again. */
function isRepeats({ format, entries, records, aside, repeated }: Given): boolean {
  return format === '' && repeated >= entries && records === 0 && aside === 0;
}

/** The format of what the source sent last, else the one given. */
function formatOf(store: Store, inputs: readonly Given[], { door, source, format }: Given): string {
  const now = inputs.find((other) => other.door === door && other.source === source && other.format !== '');
  if (now !== undefined) return now.format;
  const known = store
    .statement(
      "SELECT format FROM input WHERE door = ? AND source = ? AND format <> '' ORDER BY last_at DESC, format LIMIT 1",
    )
    .get(door, source);
  return known === undefined ? format : String(known.format);
}

const columns = `door, source, format, entries, repeated, bytes, records, rows, rejects, aside, ignored, unsplit,
  first_at, last_at, newest, reason, reason_at`;
const together = `ON CONFLICT DO UPDATE SET entries = entries + excluded.entries, repeated = repeated + excluded.repeated,
  bytes = bytes + excluded.bytes, records = records + excluded.records, rows = rows + excluded.rows,
  rejects = rejects + excluded.rejects, aside = aside + excluded.aside, ignored = ignored + excluded.ignored,
  unsplit = unsplit + excluded.unsplit, first_at = min(first_at, excluded.first_at),
  last_at = max(last_at, excluded.last_at),
  newest = max(coalesce(min(newest, last_at), excluded.newest), coalesce(excluded.newest, min(newest, last_at))),
  reason = coalesce(excluded.reason, reason), reason_at = coalesce(excluded.reason_at, reason_at)`;

/** Counts what these sources gave together from now on, as they send no more: there is room for others. */
export function forgetSources(store: Store, forgotten: readonly Pick<Given, 'door' | 'source'>[]): void {
  const named = columns.replace('source', '?1').replace('newest, reason, reason_at', 'NULL, NULL, NULL');
  store.transaction(() => {
    for (const { door, source } of forgotten) {
      const add = `INSERT INTO input (${columns}) SELECT ${named} FROM input WHERE door = ?2 AND source = ?3 ${together}`;
      store.statement(add).run(goneSources, door, source);
      store.statement('DELETE FROM input WHERE door = ? AND source = ?').run(door, source);
    }
  });
}

/** When the first of all bodies was received that is known of; ticks. */
export function firstInputAt(store: Store): bigint | undefined {
  return (store.statement('SELECT min(first_at) AS at FROM input').get()?.at ?? undefined) as bigint | undefined;
}

/** What each source gave since the home was made. */
export function readInputs(store: Store): GivenSoFar[] {
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
      aside: Number(row.aside),
      ignored: Number(row.ignored),
      unsplit: Number(row.unsplit),
      firstAt: row.first_at as bigint,
      lastAt: row.last_at as bigint,
      newest: row.newest === null ? undefined : (row.newest as bigint),
      reason: row.reason === null ? undefined : String(row.reason),
      reasonAt: row.reason_at === null ? undefined : (row.reason_at as bigint),
    }));
}
