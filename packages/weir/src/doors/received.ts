import { createHash } from 'node:crypto';
import type { JournalEntry } from '../journal/frame.ts';
import { deliveriesKept } from '../journal/kept.ts';
import type { Clock } from '../model/clock.ts';
import type { Store } from '../store/store.ts';
import { Turns } from './turns.ts';

/** What a client sent, piece by piece: of a record also what stands around it, as an envelope's time and host do. The same
 *  pieces from the same source through the same door are the same, sent again. */
export type Sent = readonly Uint8Array[];

/** What tells a body apart: a hash, and how many bytes it is of. */
export interface Delivery {
  readonly key: string;
  /** Those that were asked for that are its beginning: the first so many pieces. The longest first. */
  readonly beginnings: readonly { readonly key: string; readonly pieces: number }[];
}

/** `earlier` are keys of which one may be of the same pieces without the last: syslog-ng sends a batch again with more
 *  behind it. */
export async function deliveryOf(
  door: string,
  source: string,
  sent: Sent,
  earlier: Iterable<string> = [],
): Promise<Delivery> {
  const asked = Map.groupBy(earlier, (key) => Number(key.slice(digestLength + 1)));
  const beginnings: { key: string; pieces: number }[] = [];
  const hash = createHash('sha256').update(door).update('\0').update(source).update('\0');
  const turns = new Turns();
  let bytes = 0;
  for (const [index, piece] of sent.entries()) {
    hash.update(piece).update('\n');
    bytes += piece.length + 1;
    const here = index === sent.length - 1 ? undefined : asked.get(bytes);
    const key = here && keyOf(hash.copy(), bytes);
    if (key !== undefined && here?.includes(key)) beginnings.unshift({ key, pieces: index + 1 });
    if (turns.isOver(piece.length)) await turns.pass();
  }
  return { key: keyOf(hash, bytes), beginnings };
}

function keyOf(hash: ReturnType<typeof createHash>, bytes: number): string {
  return `${digest(hash)}.${bytes}`;
}

/** What tells a document apart that has a name of its own. One of the same name that says something else is another. */
export function documentKey(source: string, id: string, document: Uint8Array): string {
  return digest(createHash('sha256').update(source).update('\0').update(id).update('\0').update(document));
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
/** What came again within half of the time for which the lake remembers is known here, and needs no room in the journal. */
const kept = deliveriesKept.ticks / 2n;

/** What was taken lately, so that what a client sends again is not taken twice: it does when an acknowledgement did not
 *  reach it, also because the service went down in between. */
export class Received {
  readonly #keys: LatestKeys;
  /** Deliveries by door and source, the newest first. */
  readonly #latest = new Map<string, string[]>();

  private constructor(clock: Clock) {
    this.#keys = new LatestKeys(clock);
  }

  /** What is in segments, and the journal's entries that are not there yet. */
  static async recall(
    store: Store,
    uncommitted: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
    clock: Clock,
  ): Promise<Received> {
    const received = new Received(clock);
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

  /** Keys of the last bodies of a source, the newest first. */
  latest(door: string, source: string): readonly string[] {
    return this.#latest.get(`${door}\0${source}`) ?? [];
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

/** The last keys, at least half as many as may be kept, and at least for half of the time: the older half goes at once. */
class LatestKeys {
  readonly #clock: Clock;
  #young = new Set<string>();
  #old = new Set<string>();
  #since: bigint;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  has(key: string): boolean {
    this.#turn();
    return this.#young.has(key) || this.#old.has(key);
  }

  add(key: string): void {
    this.#turn();
    this.#young.add(key);
  }

  #turn(): void {
    const now = this.#clock.now();
    if (this.#young.size * 2 < keysKept && now - this.#since < kept) return;
    this.#old = now - this.#since < 2n * kept ? this.#young : new Set();
    this.#young = new Set();
    this.#since = now;
  }
}
