import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { TrailEntry } from '../model/alert.ts';
import type { Audit, AuditEntry } from '../model/audit.ts';
import type { Store } from './store.ts';

/** The trail of a store: who did what to what. Nothing in Weir changes or cuts it, triggers of the database refuse both, and
 *  each entry's hash stands on the one before, so that what is done to the file behind Weir's back shows. */
export function auditInto(store: Store): Audit {
  return (entry) => {
    write(store, entry);
  };
}

/** Writes an entry, inside of the caller's transaction, and gives its number. */
export function write(store: Store, { at, actor, action, subject, details = {} }: AuditEntry): number {
  return store.transaction(() => {
    const last = store.statement('SELECT id, hash FROM trail ORDER BY id DESC LIMIT 1').get();
    const id = last === undefined ? 1n : (last.id as bigint) + 1n;
    const json = JSON.stringify(details);
    const hash = hashOf(last === undefined ? '' : String(last.hash), [id, at, actor, action, subject, json]);
    store
      .statement('INSERT INTO trail (id, at, actor, action, subject, details_json, hash) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(id, at, actor, action, subject, json, hash);
    return Number(id);
  });
}

export interface TrailQuery {
  /** `alert:12`; absent: of all. */
  readonly subject?: string;
  /** Only entries with greater numbers. */
  readonly after?: number;
  readonly limit: number;
}

/** Entries in order. */
export function readTrail(store: Store, { subject, after = 0, limit }: TrailQuery): TrailEntry[] {
  const rows =
    subject === undefined
      ? store.statement('SELECT * FROM trail WHERE id > ? ORDER BY id LIMIT ?').all(after, limit)
      : store
          .statement('SELECT * FROM trail WHERE subject = ? AND id > ? ORDER BY id LIMIT ?')
          .all(subject, after, limit);
  return rows.map((row) => ({
    id: Number(row.id),
    at: row.at as bigint,
    actor: String(row.actor),
    action: String(row.action),
    subject: String(row.subject),
    details: JSON.parse(String(row.details_json)),
  }));
}

export interface TrailCheck {
  readonly entries: number;
  /** Of the last entry: kept elsewhere, it proves later that nothing before it was rewritten. Empty where there is none. */
  readonly head: string;
  /** What is wrong with it, at most a few; none: the trail is as it was written. */
  readonly faults: readonly { readonly entry: number; readonly what: string }[];
}

const faultsMost = 20;
/** Read at once; others have their turn in between. */
const pageEntries = 1_000;

/** Reads the whole trail again, up to its end when that is reached. It sees entries that were changed, taken out, put in or cut off at the end; not one that was
 *  written anew as a whole, hashes and counter and all: that shows against a `head` that was kept elsewhere. */
export async function checkTrail(store: Store): Promise<TrailCheck> {
  const faults: { entry: number; what: string }[] = [];
  let before = '';
  let next = 1n;
  const page = () => store.statement('SELECT * FROM trail WHERE id >= ? ORDER BY id LIMIT ?').all(next, pageEntries);
  for (let rows = page(); rows.length > 0 && faults.length < faultsMost; rows = page()) {
    for (const row of rows) {
      const id = row.id as bigint;
      if (id !== next) faults.push({ entry: Number(next), what: missing(next, id) });
      const told = [id, row.at as bigint, ...[row.actor, row.action, row.subject, row.details_json].map(String)];
      if (id === next && hashOf(before, told) !== row.hash)
        faults.push({ entry: Number(id), what: 'it is not as it was written, or the entry before is not' });
      before = String(row.hash);
      next = id + 1n;
      if (faults.length >= faultsMost) break;
    }
    await setImmediate();
  }
  const counter = store.statement("SELECT seq FROM sqlite_sequence WHERE name = 'trail'").get()?.seq as
    | bigint
    | undefined;
  const entries = store.statement('SELECT count(*) AS n FROM trail').get()?.n as bigint;
  const written = counter ?? 0n;
  if (faults.length < faultsMost && written >= next)
    faults.push({ entry: Number(next), what: missing(next, written + 1n) });
  return { entries: Number(entries), head: before, faults };
}

function missing(from: bigint, until: bigint): string {
  return until - from === 1n ? 'it is missing' : `it and the next ${until - from - 1n} are missing`;
}

function hashOf(before: string, told: readonly (bigint | string)[]): string {
  const text = JSON.stringify([before, ...told.map(String)]);
  return createHash('sha256').update(text).digest('hex');
}
