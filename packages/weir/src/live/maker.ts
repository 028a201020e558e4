import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { isOutOfMemory } from '../engine/engine.ts';
import type { JournalEntry } from '../journal/frame.ts';
import type { Journal } from '../journal/journal.ts';
import { deliveriesKept } from '../journal/kept.ts';
import type { JournalPlace } from '../journal/place.ts';
import { readJournal } from '../journal/read.ts';
import { isDiskFull } from '../lake/lake.ts';
import type { Clock } from '../model/clock.ts';
import { UserError } from '../model/userError.ts';
import { ageTime } from '../store/ageTime.ts';
import type { Store } from '../store/store.ts';
import { Aside } from './aside.ts';
import { type Batch, type BatchReader, NoRoom } from './batch.ts';
import { isPassed, isReceived, moveCursor, movePosition, readCursor, remember } from './cursor.ts';
import { addInputs, newestOf } from './inputs.ts';
import { enterLoss, type JournalLoss } from './journalLoss.ts';
import type { LiveLake } from './liveLake.ts';
import { Rejects } from './rejects.ts';

export interface MakerOptions {
  readonly lake: LiveLake;
  readonly store: Store;
  readonly disk: Disk;
  readonly journal: Journal;
  /** The journal's folder. */
  readonly journalFolder: string;
  /** A folder for what is on its way, on the lake's file system: emptied at the start. */
  readonly work: string;
  /** Folders for rejected records, and for bodies of which nothing could be read. */
  readonly rejects: string;
  readonly aside: string;
  /** Closed by `close`. */
  readonly reader: BatchReader;
  readonly clock: Clock;
  /** Told of each body how long after it was received its rows were in the lake; ticks. */
  readonly onCommitted?: (ticks: bigint) => void;
  /** Told in words what a person should know; grave where acknowledged data is lost. */
  readonly onTrouble: (trouble: { readonly grave: boolean; readonly message: string }) => void;
}

/** How much becomes rows at once. */
const most = { entries: 20_000, bytes: 64 * 1024 * 1024 };

/** How often an entry is tried by itself in a fresh engine for which memory does not suffice: it may be the machine's that is
 *  short. One that never fits must not hold up all others for ever. */
const patience = 10;

/** Makes rows of what the journal holds, in its order, and commits them with how far it came: each entry is in the lake
 *  once, whatever happens in between. */
export class Maker {
  readonly #options: MakerOptions;
  readonly #rejects: Rejects;
  readonly #aside: Aside;
  readonly #openedAt: bigint;
  #batches = 0;
  /** Entries at once: fewer while something among them makes reading fail. */
  #entries = most.entries;
  /** How often an entry by itself had too little memory. */
  #starved = 0;

  private constructor(options: MakerOptions, rejects: Rejects, aside: Aside) {
    this.#options = options;
    this.#rejects = rejects;
    this.#aside = aside;
    this.#openedAt = options.clock.now();
  }

  static async open(options: MakerOptions): Promise<Maker> {
    const { store, disk, work } = options;
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    const rejects = await Rejects.open({ store, disk, directory: options.rejects });
    const aside = await Aside.open({ store, disk, directory: options.aside });
    return new Maker(options, rejects, aside);
  }

  /** One batch; gives whether there may be more to do at once. An entry that makes reading fail is found by halving, and kept
   *  aside.
   *  @throws what the disk or the store throws: then nothing has changed, and the same comes again */
  async step(): Promise<boolean> {
    const { store, journal, reader } = this.#options;
    const read = await this.#read(readCursor(store));
    if (read.entries.length === 0 && read.lost.length === 0) return false;
    const { fresh, again } = this.#known(read.entries);
    let batch: Batch | undefined;
    let reason: string | undefined;
    this.#batches += 1;
    const folder = join(this.#options.work, `${this.#batches}`);
    try {
      try {
        batch = await reader.read(fresh, folder);
      } catch (error) {
        const starved = isOutOfMemory(error) || (error instanceof NoRoom && error.ofMemory);
        if (isNoRoom(error) && !starved) throw error;
        reader.reset();
        if (read.entries.length > 1) {
          this.#entries = Math.ceil(read.entries.length / 2);
          return true;
        }
        if (starved) this.#starved += 1;
        if (starved && this.#starved < patience) throw new NoRoom(error instanceof Error ? error.message : '', true);
        reason = error instanceof Error ? error.message : String(error);
        await rm(folder, { recursive: true, force: true });
        batch = await reader.read([], folder);
      }
      await this.#commit(batch, { read, fresh, again, reason });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    this.#entries = Math.min(most.entries, this.#entries * 2);
    this.#starved = 0;
    await journal.forget(read.next);
    return read.full || this.#entries < most.entries;
  }

  close(): void {
    this.#options.reader.reset();
  }

  async #commit(batch: Batch, { read, fresh, again, reason }: Taken): Promise<void> {
    const { lake, store, clock, onCommitted, onTrouble } = this.#options;
    const unread = reason === undefined ? batch.unread : fresh.map((entry) => ({ entry, reason }));
    for (const each of unread) batch.inputs.aside(each.entry, each.reason);
    for (const entry of again) batch.inputs.repeated(entry);
    const rejects = await this.#rejects.keep(batch.rejects);
    const aside = await this.#aside.keep(unread, clock.now());
    await lake.commit({
      from: batch.lake,
      also: (seq) => {
        moveCursor(store, read.next);
        for (const { position, receivedAt } of read.entries) if (position) movePosition(store, position, receivedAt);
        remember(store, fresh, this.#rememberedSince());
        addInputs(store, batch.inputs.all, newestOf(store, seq));
        for (const loss of read.lost) if (this.#isGrave(loss)) enterLoss(store, loss, clock.now());
        rejects.enter();
        aside.enter();
      },
    });
    for (const { receivedAt } of fresh) onCommitted?.(clock.now() - receivedAt);
    for (const { entry, reason } of unread)
      onTrouble({ grave: false, message: `${entry.door} ${entry.source}: kept aside: ${reason}` });
    for (const loss of read.lost) {
      const { place, bytes } = loss;
      onTrouble({
        grave: this.#isGrave(loss),
        message: `the journal's file ${place.file} holds ${bytes} bytes from ${place.offset} on that are no entry: cut off by a crash before they were acknowledged, or damaged since`,
      });
    }
    await rejects.makeRoom();
    await aside.makeRoom();
  }

  /** Whether bytes were acknowledged: nobody was told of the torn end of a file that was there at the start. */
  #isGrave({ place, inside }: Torn): boolean {
    return inside || !this.#options.journal.wasThere(place.file);
  }

  /** Time in which the service did not run does not count: a client could not send again. */
  #rememberedSince(): bigint {
    const { store, clock } = this.#options;
    const now = ageTime(store, clock.now());
    return now - this.#openedAt < deliveriesKept.ticks ? 0n : now - deliveriesKept.ticks;
  }

  /** What follows in the journal, of what is on disk for good. */
  async #read(from: JournalPlace): Promise<Read> {
    const { disk, journal, journalFolder } = this.#options;
    const entries: JournalEntry[] = [];
    const lost: Torn[] = [];
    let next = from;
    let bytes = 0;
    for await (const read of readJournal(disk, journalFolder, from, journal.end)) {
      next = read.next;
      if ('entry' in read) {
        entries.push(read.entry);
        bytes += read.entry.body.length;
      } else lost.push({ place: read.torn, bytes: read.bytes, inside: read.inside });
      if (entries.length >= this.#entries || bytes >= most.bytes) return { entries, lost, next, full: true };
    }
    return { entries, lost, next, full: false };
  }

  /** Entries apart from those that are there already: a client that was not told sends again. */
  #known(entries: readonly JournalEntry[]): Pick<Taken, 'fresh' | 'again'> {
    const { store } = this.#options;
    const [fresh, again]: [JournalEntry[], JournalEntry[]] = [[], []];
    const here = new Set<string>();
    const reached = new Map<string, number>();
    for (const entry of entries) {
      const { delivery, position } = entry;
      const known =
        delivery !== undefined
          ? here.has(delivery) || isReceived(store, delivery)
          : // What a failed write left in the journal all the same comes a second time.
            position !== undefined &&
            (position.offset <= (reached.get(position.identity) ?? -1) || isPassed(store, position));
      (known || entry.repeated !== undefined ? again : fresh).push(entry);
      if (delivery !== undefined) here.add(delivery);
      if (position !== undefined) reached.set(position.identity, position.offset);
    }
    return { fresh, again };
  }
}

interface Torn extends JournalLoss {
  /** A whole entry follows in its file. */
  readonly inside: boolean;
}

interface Read {
  readonly entries: readonly JournalEntry[];
  /** Bytes that are no entry. */
  readonly lost: readonly Torn[];
  readonly next: JournalPlace;
  readonly full: boolean;
}

interface Taken {
  readonly read: Read;
  readonly fresh: readonly JournalEntry[];
  /** Those that are there already. */
  readonly again: readonly JournalEntry[];
  /** Why none of the fresh ones could be read. */
  readonly reason: string | undefined;
}

function isNoRoom(error: unknown): boolean {
  return (
    error instanceof NoRoom ||
    (error instanceof UserError && error.code === 'DISK_FULL') ||
    isDiskFull(error) ||
    isOfDisk(error)
  );
}

function isOfDisk(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EROFS', 'EACCES'].includes(code);
}
