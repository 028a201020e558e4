import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import type { AppendFile, Disk } from './disk.ts';
import { nodeDisk } from './nodeDisk.ts';

/** What may go wrong next: a number in [0, 1) each time that a step is taken, from the seed of the run. */
export interface Chances {
  next(): number;
}

/** Chances as a law draws them. Evenly: fast-check's own doubles are nearly all next to nothing, and whatever may happen would
 *  happen at once. */
export function chances(): fc.Arbitrary<Iterable<number>> {
  return fc.infiniteStream(fc.noBias(fc.integer({ min: 0, max: 999_999 })).map((drawn) => drawn / 1_000_000));
}

export interface Faults {
  /** Of each step: how likely power is lost just before it, or in the middle of what it does. */
  readonly crash: number;
  /** Of each write: how likely the disk is full half-way. */
  readonly full: number;
  /** Of each sync: how likely it fails, and drops what it should have kept. */
  readonly sync: number;
}

/** Power was lost: everything of this run ends here. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A real folder on which power can be lost. What was written and not synced is kept, cut off or garbled at a crash, as
 *  chance has it; a file whose folder was not synced may be gone, and one that was removed may be back. */
export class FaultyDisk implements Disk {
  readonly #chances: Chances;
  readonly #faults: Faults;
  /** Bytes of a file that survive. */
  readonly #kept = new Map<string, number>();
  /** Files that are in their folder for good. */
  readonly #named = new Set<string>();
  /** Contents of files that were removed, and come back unless their folder is synced. */
  readonly #removed = new Map<string, Buffer>();
  readonly #open = new Set<AppendFile>();
  #crashed = false;

  constructor(chances: Chances, faults: Faults) {
    this.#chances = chances;
    this.#faults = faults;
  }

  /** Takes from the folder what a loss of power would take. A disk that has crashed is used no more. */
  async crash(folder: string): Promise<void> {
    this.#crashed = true;
    for (const file of this.#open) await file.close();
    for (const [path, content] of this.#removed) if (this.#chances.next() < 0.5) writeFileSync(path, content);
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const kept = this.#kept.get(path);
      if (kept === undefined || this.#removed.has(path)) continue;
      if (!this.#named.has(path) && this.#chances.next() < 0.5) rmSync(path);
      else this.#tear(path, kept);
    }
  }

  #tear(path: string, kept: number): void {
    const content = readFileSync(path);
    const left = kept + Math.floor(this.#chances.next() * (content.length - kept + 1));
    truncateSync(path, left);
    if (left > kept && this.#chances.next() < 0.3) {
      // A page that the disk never got: zeros in the middle of what was not synced.
      const from = kept + Math.floor(this.#chances.next() * (left - kept));
      writeFileSync(path, Buffer.concat([content.subarray(0, from), Buffer.alloc(left - from)]));
    }
  }

  #fail(): void {
    if (this.#chances.next() < this.#faults.sync) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
  }

  /** A file that was there before this disk was is there for good, with all that it held. */
  async #know(path: string): Promise<void> {
    if (this.#kept.has(path)) return;
    this.#kept.set(path, await nodeDisk.size(path));
    this.#named.add(path);
  }

  #step(): void {
    if (this.#crashed || this.#chances.next() < this.#faults.crash) {
      this.#crashed = true;
      throw new Crash('power was lost');
    }
  }

  async makeFolder(path: string): Promise<void> {
    await nodeDisk.makeFolder(path);
  }

  list(folder: string): Promise<string[]> {
    return nodeDisk.list(folder);
  }

  async openAppend(path: string): Promise<AppendFile> {
    this.#step();
    if (existsSync(path)) await this.#know(path);
    else this.#kept.set(path, 0);
    this.#removed.delete(path);
    const file = await nodeDisk.openAppend(path);
    this.#open.add(file);
    return {
      append: async (parts) => {
        const bytes = Buffer.concat(parts);
        const half = bytes.subarray(0, Math.floor(this.#chances.next() * bytes.length));
        try {
          this.#step();
        } catch (error) {
          await file.append([half]);
          throw error;
        }
        if (this.#chances.next() < this.#faults.full) {
          await file.append([half]);
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        }
        await file.append([bytes]);
        // It is in the file, and not on disk.
        this.#step();
        this.#fail();
        this.#kept.set(path, await nodeDisk.size(path));
      },
      close: async () => {
        this.#open.delete(file);
        await file.close();
      },
    };
  }

  read(path: string, offset: number, length: number): Promise<Buffer> {
    return nodeDisk.read(path, offset, length);
  }

  size(path: string): Promise<number> {
    return nodeDisk.size(path);
  }

  async truncate(path: string, length: number): Promise<void> {
    this.#step();
    await this.#know(path);
    await nodeDisk.truncate(path, length);
    // The cut itself may be lost too, but then what comes back was never synced: the tail that chance gives.
    this.#kept.set(path, Math.min(this.#kept.get(path) ?? length, length));
  }

  async remove(path: string): Promise<void> {
    this.#step();
    this.#removed.set(path, readFileSync(path));
    await nodeDisk.remove(path);
  }

  async rename(path: string, to: string): Promise<void> {
    this.#step();
    await nodeDisk.rename(path, to);
    // Of a file that somebody else wrote nothing is on disk before it is synced.
    this.#kept.set(to, this.#kept.get(path) ?? 0);
    this.#kept.delete(path);
    this.#named.delete(to);
    this.#removed.delete(to);
  }

  async syncFile(path: string): Promise<void> {
    this.#step();
    await this.#know(path);
    this.#fail();
    this.#kept.set(path, await nodeDisk.size(path));
  }

  async syncFolder(path: string): Promise<void> {
    this.#step();
    for (const file of this.#kept.keys()) if (dirname(file) === path) this.#named.add(file);
    for (const file of this.#removed.keys()) if (dirname(file) === path) this.#removed.delete(file);
  }
}
