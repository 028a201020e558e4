import type { JournalEntry } from '../journal/frame.ts';
import type { JournalPlace } from '../journal/place.ts';
import type { Clock } from '../model/clock.ts';
import { type DoorLimits, doorLimits } from './limits.ts';
import { deliveryOf, keysOf, type Received, type Sent } from './received.ts';
import { Room, type Share } from './room.ts';

/** There was no room within the time that a client is held. Nothing of what it sent counts as taken. */
export class Busy extends Error {
  override readonly name = 'Busy';
}

/** Where bodies go: the journal, or what stands in for it. */
export interface Taker {
  append(entry: JournalEntry): Promise<JournalPlace>;
}

export interface ReceptionOptions {
  readonly journal: Taker;
  readonly clock: Clock;
  readonly received: Received;
  readonly limits?: DoorLimits;
  /** Ends waiting when the service stops. */
  readonly signal?: AbortSignal;
  /** Told how long a body waited until it was on disk; ticks. */
  readonly onTaken?: (ticks: bigint) => void;
  /** Told when the journal begins to refuse what comes, and why; and without one when it takes again. */
  readonly onJournal?: (refusal?: unknown) => void;
}

/** A body on its way to the journal: records that one file of one format could hold. */
export interface Parcel extends Omit<JournalEntry, 'receivedAt' | 'delivery'> {
  /** What was sent for it: a piece for each of its lines, or in whatever pieces tell it apart. Absent: the body. */
  readonly sent?: Sent;
}

const pause = 1_000_000n;
const lately = 30_000_000n;

/** What all doors share: bodies into the journal, once each, and clients held off while there is no room. */
export class Reception {
  readonly clock: Clock;
  readonly limits: DoorLimits;
  readonly received: Received;
  readonly room: Room;
  readonly #journal: Taker;
  readonly #signal: AbortSignal | undefined;
  /** Bodies that are on their way, so that one that is sent again meanwhile waits for the first. */
  readonly #underway = new Map<string, Promise<void>>();
  /** The same of documents with keys of their own. */
  readonly #underwayDocuments = new Map<string, Promise<void>>();
  readonly #onTaken: (ticks: bigint) => void;
  readonly #onJournal: (refusal?: unknown) => void;
  #refusedAt = 0n;
  #refusal: unknown;

  constructor({ journal, clock, received, limits = doorLimits, signal, onTaken, onJournal }: ReceptionOptions) {
    this.clock = clock;
    this.limits = limits;
    this.received = received;
    this.room = new Room(limits.openBytes);
    this.#journal = journal;
    this.#signal = signal;
    this.#onTaken = onTaken ?? (() => undefined);
    this.#onJournal = onJournal ?? (() => undefined);
  }

  /** Whether clients are being held off: the journal refused a moment ago, or there is no room for another body. */
  get isBusy(): boolean {
    return this.room.isFull || this.clock.now() - this.#refusedAt < lately;
  }

  /** Why the journal refused the last body that came; undefined where it took it. */
  get refusal(): unknown {
    return this.#refusal;
  }

  /** The journal takes, as a body or a probe has shown. */
  taken(): void {
    this.#refusedAt = 0n;
    if (this.#refusal === undefined) return;
    this.#refusal = undefined;
    this.#onJournal();
  }

  /** Waits until there is room for another body.
   *  @throws Busy where that takes too long */
  async entrance(): Promise<void> {
    const until = this.clock.now() + this.limits.hold;
    while (this.room.isFull) await this.#pause(until, undefined);
  }

  /** Waits until there is room for what a packed body may be, and takes it.
   *  @throws Busy where that takes too long */
  async unpacking(share: Share, bytes: number): Promise<void> {
    const until = this.clock.now() + this.limits.hold;
    while (!share.unpack(bytes)) await this.#pause(until, undefined);
  }

  /** Takes what a client that sends again may have sent before: what was taken already is not taken twice but counted, and
   *  with `growing` also what comes again with more lines behind it. Ends when all of it is on disk.
   *  @throws Busy where there is no room for it in time; then some of it may be taken, and is known when it comes again */
  async takeOnce(parcels: readonly Parcel[], { growing = false } = {}): Promise<void> {
    const until = this.clock.now() + this.limits.hold;
    await all(parcels.map((parcel) => this.#once(parcel, growing, until)));
  }

  /** Takes what is sent once only, or what a position tells apart. @throws Busy */
  async take(parcel: Omit<Parcel, 'sent'>): Promise<void> {
    await this.#append({ ...parcel, receivedAt: this.clock.now() }, this.clock.now() + this.limits.hold);
  }

  /** Ends when what becomes of documents that are on their way is known; false where none of them was. */
  async settled(keys: readonly string[]): Promise<boolean> {
    const underway = new Set(keys.flatMap((key) => this.#underwayDocuments.get(key) ?? []));
    await Promise.allSettled(underway);
    return underway.size > 0;
  }

  async #once({ sent, ...parcel }: Parcel, growing: boolean, until: bigint): Promise<void> {
    const { door, source, body } = parcel;
    // It only counts.
    if (parcel.repeated !== undefined) return this.#append({ ...parcel, receivedAt: this.clock.now() }, until);
    const earlier = growing ? [...this.received.latest(door, source), ...this.#underway.keys()] : [];
    const { key: delivery, beginnings } = await deliveryOf(door, source, sent ?? [body], earlier);
    let begun = 0;
    for (const { key, pieces } of beginnings) {
      await this.#underway.get(key)?.catch(() => undefined);
      if (this.received.has(key)) begun = pieces;
      if (begun > 0) break;
    }
    const again = { door, source, body: nothing, repeated: 1, receivedAt: this.clock.now() };
    const underway = this.#underway.get(delivery);
    if (underway) await underway;
    if (underway || this.received.has(delivery)) return this.#append(again, until);
    const entry = { ...parcel, body: behindLines(body, begun), delivery, receivedAt: this.clock.now() };
    const appended = this.#append(entry, until).then(() => this.received.add(entry));
    const keys = keysOf(parcel.documents);
    this.#underway.set(delivery, appended);
    for (const key of keys) this.#underwayDocuments.set(key, appended);
    await appended.finally(() => {
      this.#underway.delete(delivery);
      for (const key of keys) this.#underwayDocuments.delete(key);
    });
    if (begun > 0) await this.#append(again, until);
  }

  async #append(entry: JournalEntry, until: bigint): Promise<void> {
    for (;;) {
      try {
        await this.#journal.append(entry);
        this.#onTaken(this.clock.now() - entry.receivedAt);
        this.taken();
        return;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.#refusedAt = this.clock.now();
        const isNew = this.#refusal === undefined;
        this.#refusal = error;
        if (isNew) this.#onJournal(error);
        await this.#pause(until, error);
      }
    }
  }

  async #pause(until: bigint, cause: unknown): Promise<void> {
    if (this.#signal?.aborted || this.clock.now() >= until) throw new Busy('no room for more', { cause });
    await this.clock.sleep(pause, this.#signal).catch(() => undefined);
  }
}

const nothing = Buffer.alloc(0);

function behindLines(body: Buffer, lines: number): Buffer {
  let at = 0;
  for (let line = 0; line < lines; line += 1) at = body.indexOf(10, at) + 1;
  return body.subarray(at);
}

/** The journal is full, or its disk refuses: either may pass. What is no such thing is a defect of ours. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && (error.name === 'JournalFull' || 'code' in error);
}

/** As Promise.all, but ends only when each has ended. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}
