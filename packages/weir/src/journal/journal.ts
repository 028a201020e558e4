import { join } from 'node:path';
import type { AppendFile, Disk } from '../disk/disk.ts';
import { Bell } from '../model/bell.ts';
import { type Frame, frameOf, type JournalEntry } from './frame.ts';
import { type JournalPlace, journalFile, journalStart } from './place.ts';
import { journalFiles } from './read.ts';

export interface JournalLimits {
  /** A file that is longer is followed by a new one. Bytes. */
  readonly fileBytes: number;
  /** So much may lie in the journal that is not in segments yet. Bytes. */
  readonly heldBytes: number;
}

interface Waiting {
  readonly frame: Frame;
  readonly done: (place: JournalPlace) => void;
  readonly failed: (error: unknown) => void;
}

/** It counts as having room again below this part of what may be held. */
const roomy = 0.9;

/** The journal is full: what is in it must become segments first. A door holds its client off. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull';
}

/** What was received, on disk before it is acknowledged. Bodies that come while others are being synced share the next
 *  sync. After a failed write or sync nothing more goes into that file, for what it holds is unknown from there on. */
export class Journal {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #limits: JournalLimits;
  /** The first file that is this one's own. */
  readonly #first: number;
  #file: number;
  #open: { readonly handle: AppendFile; offset: number } | undefined;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #held: number;
  /** Up to where entries are in segments for good, as far as it was told. */
  #taken: JournalPlace;
  #closed = false;
  /** Rings when more entries are on disk. */
  readonly grown = new Bell();

  private constructor(
    disk: Disk,
    folder: string,
    limits: JournalLimits,
    { file, held, taken }: { readonly file: number; readonly held: number; readonly taken: JournalPlace },
  ) {
    this.#disk = disk;
    this.#folder = folder;
    this.#limits = limits;
    this.#first = file;
    this.#file = file;
    this.#held = held;
    this.#taken = taken;
  }

  /** Opens the journal of a folder. It never writes to a file that was there: the end of the last one may be torn. `consumed`
   *  is up to where its entries have been taken: no file gets a number that was there before. */
  static async open(
    disk: Disk,
    folder: string,
    limits: JournalLimits,
    consumed: JournalPlace = journalStart,
  ): Promise<Journal> {
    await disk.makeFolder(folder);
    const files = await journalFiles(disk, folder);
    let held = 0;
    for (const file of files) {
      const path = journalFile(folder, file);
      const bytes = await disk.size(path);
      held += bytes - takenOf(file, bytes, consumed);
      // What a process that was killed had written and not synced can be read, and might still be lost.
      await disk.syncFile(path);
    }
    await disk.syncFolder(folder);
    const behind = consumed.offset > 0 ? consumed.file : consumed.file - 1;
    const file = Math.max(files.at(-1) ?? -1, behind) + 1;
    return new Journal(disk, folder, limits, { file, held, taken: consumed });
  }

  /** Up to where all entries are on disk for good. */
  get end(): JournalPlace {
    return { file: this.#file, offset: this.#open?.offset ?? 0 };
  }

  /** Whether a file was there when the journal was opened: its end may be torn, and nobody was told that it is there. */
  wasThere(file: number): boolean {
    return file < this.#first;
  }

  /** Bytes that lie in the journal and are not in segments yet. */
  get held(): number {
    return this.#held;
  }

  /** The place behind the entry, once it is on disk; its body is not to change before.
   *  @throws JournalFull where there is no room; what the disk throws, and then the entry was not taken */
  append(entry: JournalEntry): Promise<JournalPlace> {
    const frame = frameOf(entry);
    if (this.#closed) return Promise.reject(new Error('the journal is closed'));
    if (this.#held + frame.bare > this.#limits.heldBytes) return Promise.reject(new JournalFull());
    this.#held += frame.length;
    return new Promise((done, failed) => {
      this.#waiting.push({ frame, done, failed });
      this.#working ??= this.#work();
    });
  }

  /** Whether it would take a body: there is room again, and its disk takes as much as a small one.
   *  @throws JournalFull, and what the disk throws */
  async probe(): Promise<void> {
    if (this.#held > this.#limits.heldBytes * roomy) throw new JournalFull();
    const path = join(this.#folder, 'probe');
    const file = await this.#disk.openAppend(path);
    try {
      await file.append([Buffer.alloc(64 * 1024)]);
    } finally {
      await file.close();
      await this.#disk.remove(path);
    }
  }

  /** Removes the files that lie wholly before a place, whose entries are in segments for good. What lies before it in its own
   *  file stays, and takes nobody's room. */
  async forget(before: JournalPlace): Promise<void> {
    for (const file of await journalFiles(this.#disk, this.#folder)) {
      if (file > before.file) break;
      const path = journalFile(this.#folder, file);
      const bytes = await this.#disk.size(path);
      if (file < before.file) await this.#disk.remove(path);
      this.#held -= takenOf(file, bytes, before) - takenOf(file, bytes, this.#taken);
      // File by file: where removing the next one fails, this one does not count twice.
      this.#taken = file < before.file ? { file: file + 1, offset: 0 } : before;
    }
  }

  /** Takes nothing more, and ends when all that it took is on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await this.#open?.handle.close();
    this.#open = undefined;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const bytes = batch.reduce((sum, { frame }) => sum + frame.length, 0);
      try {
        const to = await this.#fileToWrite();
        await to.handle.append(batch.flatMap(({ frame }) => frame.parts));
        for (const { frame, done } of batch) {
          to.offset += frame.length;
          done({ file: this.#file, offset: to.offset });
        }
        this.grown.ring();
      } catch (error) {
        await this.#abandon(bytes);
        for (const { failed } of batch) failed(error);
      }
    }
    // At once with the last look at what waits: what is appended from here on starts anew.
    this.#working = undefined;
  }

  async #fileToWrite(): Promise<{ readonly handle: AppendFile; offset: number }> {
    if (this.#open && this.#open.offset >= this.#limits.fileBytes) {
      await this.#open.handle.close();
      this.#open = undefined;
      this.#file += 1;
    }
    if (!this.#open) {
      const handle = await this.#disk.openAppend(journalFile(this.#folder, this.#file));
      this.#open = { handle, offset: 0 };
      await this.#disk.syncFolder(this.#folder);
    }
    return this.#open;
  }

  /** What a failed batch left is cut off where that is possible, so that an entry that was refused does not come back at the
   *  next start; where it is not, a re-sent body is known by its content. */
  async #abandon(bytes: number): Promise<void> {
    this.#held -= bytes;
    if (this.#open) {
      const { handle, offset } = this.#open;
      this.#open = undefined;
      await handle.close().catch(() => undefined);
      await this.#disk.truncate(journalFile(this.#folder, this.#file), offset).catch(() => undefined);
    }
    this.#file += 1;
  }
}

/** How much of a file lies before a place. */
function takenOf(file: number, bytes: number, { file: at, offset }: JournalPlace): number {
  return file < at ? bytes : file > at ? 0 : Math.min(bytes, offset);
}
