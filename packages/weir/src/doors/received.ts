import { createHash } from 'node:crypto';
import type { JournalEntry } from '../journal/frame.ts';
import type { Store } from '../store/store.ts';

/** What tells a body apart, with its length: the same bytes from the same source through the same door are the same body
 *  sent again. */
export function deliveryOf(door: string, source: string, body: Uint8Array): string {
  const hash = createHash('sha256').update(door).update('\0').update(source).update('\0').update(body);
  return `${digest(hash)}.${body.length}`;
}

/** What tells a document apart that has a name of its own. */
export function documentKey(source: string, id: string): string {
  return digest(createHash('sha256').update(source).update('\0').update(id));
}

/** 16 bytes are enough that no two meet by chance. */
function digest(hash: ReturnType<typeof createHash>): string {
  return hash.digest().subarray(0, 16).toString('base64url');
}

const digestLength = 22;

/** The keys that stand one behind another in an entry's `documents`. */
export function keysOf(documents: string | undefined): string[] {
  return documents?.match(new RegExp(`.{${digestLength}}`, 'g')) ?? [];
}

const keysKept = 400_000;
const takenKept = 64;

/** What was taken lately, so that what a client sends again is not taken twice: it does when an acknowledgement did not
 *  reach it, also because the service went down in between. */
export class Received {
  readonly #keys = new LatestKeys(keysKept);
  /** Deliveries by door and source, the newest first. */
  readonly #latest = new Map<string, string[]>();

  /** What is in segments, and the journal's entries that are not there yet. */
  static async recall(
    store: Store,
    uncommitted: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
  ): Promise<Received> {
    const received = new Received();
    const rows = store.statement('SELECT delivery, door, source, documents FROM received ORDER BY id');
    for (const { delivery, door, source, documents } of rows.iterate())
      received.#add(String(delivery), String(door), String(source), documents?.toString());
    for await (const entry of uncommitted) received.add(entry);
    return received;
  }

  add({ delivery, door, source, documents }: JournalEntry): void {
    if (delivery !== undefined) this.#add(delivery, door, source, documents);
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** How many bytes at the start of a body were taken already, as a body of their own: syslog-ng sends a batch again with
   *  more lines behind it. */
  beginning(door: string, source: string, body: Buffer): number {
    let longest = 0;
    for (const delivery of this.#latest.get(`${door}\0${source}`) ?? []) {
      const bytes = Number(delivery.split('.')[1]);
      if (bytes <= longest || bytes >= body.length || body[bytes - 1] !== 10) continue;
      if (deliveryOf(door, source, body.subarray(0, bytes)) === delivery) longest = bytes;
    }
    return longest;
  }

  #add(delivery: string, door: string, source: string, documents: string | undefined): void {
    this.#keys.add(delivery);
    for (const key of keysOf(documents)) this.#keys.add(key);
    const by = `${door}\0${source}`;
    const latest = this.#latest.get(by) ?? [];
    latest.unshift(delivery);
    if (latest.length > takenKept) latest.pop();
    this.#latest.delete(by);
    this.#latest.set(by, latest);
    if (this.#latest.size > 10_000) this.#latest.delete(this.#latest.keys().next().value ?? '');
  }
}

/** The last keys, at least half as many as may be kept: the older half goes at once. */
class LatestKeys {
  readonly #kept: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(kept: number) {
    this.#kept = kept;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: string): void {
    this.#young.add(key);
    if (this.#young.size * 2 < this.#kept) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
