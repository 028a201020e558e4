import { stat } from 'node:fs/promises';
import type { FilePosition, JournalEntry } from '../../journal/frame.ts';
import { errorCode, expand, whyNot } from '../../source/expand.ts';
import { ageTime } from '../../store/ageTime.ts';
import type { Store } from '../../store/store.ts';
import { Busy, type Parcel, type Reception } from '../reception.ts';
import { PackedRefused, packedBodies, packedIdentity, packedOf, packing } from './packedFile.ts';
import { PlainFile } from './plainFile.ts';
import { inodeOf, Positions, positionAt, settle, tellingBytes } from './positions.ts';

export interface WatcherOptions {
  /** Files, folders and globs. */
  readonly paths: readonly string[];
  readonly reception: Reception;
  readonly store: Store;
  /** The journal's entries that are not in segments yet. */
  readonly uncommitted: AsyncIterable<JournalEntry> | Iterable<JournalEntry>;
  /** Ticks between two looks; a second where absent. */
  readonly pause?: bigint;
  /** Told once: what cannot be read, and why; or what there is to know. */
  readonly onNotice: (notice: Notice) => void;
  /** Told after each look: `troubles` as they are by now. */
  readonly onLook?: (troubles: readonly Notice[]) => void;
}

export interface Notice {
  /** Empty where it is about none. */
  readonly path: string;
  readonly message: string;
}

/** A file that is watched, for who asks how it stands. Bytes. */
export interface WatchedFile {
  readonly path: string;
  readonly size: number;
  readonly offset: number;
  /** Why it is not read. */
  readonly problem: string | undefined;
}

interface Told {
  readonly message: string;
  /** It keeps something from being read. */
  readonly isTrouble: boolean;
}

/** A file of which it is not said yet what it is: new, packed, or a copy of one that is being read. */
interface Newcomer {
  size: number;
  modified: number;
  /** When it was last seen to change. */
  changedAt: bigint;
  /** Nothing is to be done until it changes. */
  isSettled: boolean;
  /** Why it is not read. */
  problem?: string;
  /** Of a packed file that was read. */
  identity?: string;
  /** Of a packed file: what it is a copy of, once that is known. */
  of?: { readonly identity: string | undefined };
}

/** So long a copy of a file must not change before it counts as one that is kept, and a file that is gone before it is let
 *  go. Ticks. */
const settled = 600_000_000n;
const second = 10_000_000n;
const day = 86_400n * second;
/** Of one file, before others have their turn. */
const mostPieces = 16;
const mostOpen = 256;
const longestLine = 16 * 1024 * 1024;

/** Reads files as they grow: whole records only, each once, whatever rotates, cuts off, copies or packs them. A file is told
 *  from another by its inode and by what was read of it, not by its name. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #positions: Positions;
  /** By inode. */
  readonly #files = new Map<string, PlainFile>();
  readonly #newcomers = new Map<string, Newcomer>();
  /** As of the last look: what comes and goes is told each time that it went. */
  #told: ReadonlyMap<string, Told> = new Map();
  #telling = new Map<string, Told>();
  #tidiedAt: bigint;

  private constructor(options: WatcherOptions, positions: Positions) {
    this.#options = options;
    this.#positions = positions;
    this.#tidiedAt = options.reception.clock.now();
  }

  static async open(options: WatcherOptions): Promise<Watcher> {
    return new Watcher(options, await Positions.recall(options.store, options.uncommitted));
  }

  /** Looks again and again until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { reception, pause = second, onLook } = this.#options;
    while (!signal.aborted) {
      let more = false;
      try {
        more = await this.step();
      } catch (error) {
        this.#tell('', `watching goes on after ${error instanceof Error ? error.message : error}`);
      }
      onLook?.(this.troubles);
      if (!more) await reception.clock.sleep(pause, signal).catch(() => undefined);
    }
    await this.close();
  }

  /** One look at everything. True where there is more to be read at once. */
  async step(): Promise<boolean> {
    this.#told = this.#telling;
    this.#telling = new Map();
    const present = await this.#present();
    for (const [inode, path] of present) {
      const file = this.#files.get(inode);
      if (file) file.path = path;
    }
    // What is read already comes first: what a copy or a packed file holds is judged by how far that came.
    let more = false;
    for (const file of [...this.#files.values()])
      more = (await this.#guarded(file.path, () => this.#advance(file, present))) || more;
    const fresh = [...present].filter(([inode]) => !this.#files.has(inode));
    for (const known of [true, false])
      for (const [inode, path] of fresh)
        if (!this.#files.has(inode)) more = (await this.#guarded(path, () => this.#meet(inode, path, known))) || more;
    for (const inode of this.#newcomers.keys()) if (!present.has(inode)) this.#newcomers.delete(inode);
    this.#tidy(present);
    return more;
  }

  /** Once a day, the first time when all that is there has been looked at for one. */
  #tidy(present: ReadonlyMap<string, string>): void {
    const { reception, store } = this.#options;
    const now = reception.clock.now();
    if (now - this.#tidiedAt < day) return;
    this.#tidiedAt = now;
    const read = new Set([...this.#files.values(), ...this.#newcomers.values()].map(({ identity }) => identity));
    const unread = new Set([...present.keys()].filter((inode) => !this.#files.has(inode)));
    this.#positions.tidy(
      store,
      (position) => read.has(position.identity) || unread.has(inodeOf(position)),
      ageTime(store, now),
    );
  }

  /** What kept something from being read at the last look. */
  get troubles(): Notice[] {
    return [...this.#telling].flatMap(([path, { message, isTrouble }]) => (isTrouble ? [{ path, message }] : []));
  }

  files(): WatchedFile[] {
    return [...this.#files.values()].map(({ path, size, offset, problem }) => ({ path, size, offset, problem }));
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
  }

  /** The files that are there, by inode. */
  async #present(): Promise<Map<string, string>> {
    const present = new Map<string, string>();
    for (const { path, kind, reason = 'not a file', isEmpty } of await expand(this.#options.paths)) {
      if (kind !== 'file') {
        if (isEmpty) this.#tell(path, `${reason}: it is watched on, and what comes is read`, false);
        else this.#tell(path, reason);
        continue;
      }
      // Some file systems number inodes beyond what a double can tell apart.
      const stats = await stat(path, { bigint: true }).catch(() => undefined);
      if (stats) present.set(`${stats.dev}.${stats.ino}`, path);
    }
    return present;
  }

  /** Reads on in a file. */
  async #advance(file: PlainFile, present: ReadonlyMap<string, string>): Promise<boolean> {
    const { reception } = this.#options;
    const now = reception.clock.now();
    const isGone = !present.has(file.inode);
    if (isGone && !file.isOpen) {
      this.#files.delete(file.inode);
      return false;
    }
    if (!(await file.look(now))) {
      this.#files.delete(file.inode);
      return true;
    }
    const isOver = isGone && file.quietSince(now) >= settled;
    let taken = 0;
    for (; taken < mostPieces; taken += 1) {
      const piece = await file.next(this.#positions, now, isOver);
      if (piece === 'replaced') return this.#replaced(file);
      if (piece === undefined) break;
      await reception.take(piece.parcel);
      this.#positions.set(piece.parcel.position);
      file.taken(piece);
    }
    if (file.problem !== undefined) this.#tell(file.path, file.problem);
    if (taken === mostPieces) return true;
    if (isOver) this.#files.delete(file.inode);
    if (isOver || this.#open > mostOpen) await file.close();
    return false;
  }

  get #open(): number {
    let open = 0;
    for (const file of this.#files.values()) if (file.isOpen) open += 1;
    return open;
  }

  /** A file that was cut off begins anew; what was read of it may go on in a copy. */
  async #replaced(file: PlainFile): Promise<boolean> {
    const [before] = this.#positions
      .beginningAs(await file.read(0, tellingBytes))
      .filter(({ identity }) => identity === file.identity);
    if (file.isWhole && before !== undefined) {
      file.problem = 'has changed since it was read: a document is read once, when nothing was added for ten seconds';
      this.#tell(file.path, file.problem);
      return false;
    }
    await file.close();
    const again = new PlainFile(file.path, file.inode, this.#options.reception.clock.now());
    this.#files.set(file.inode, again);
    return true;
  }

  /** Judges a file that is not being read. With `known` only one of which it is known how far it was read. */
  async #meet(inode: string, path: string, known: boolean): Promise<boolean> {
    const now = this.#options.reception.clock.now();
    const file = new PlainFile(path, inode, now);
    const newcomer = await this.#seen(inode, path, now);
    if (newcomer.problem !== undefined) this.#tell(path, newcomer.problem);
    if (newcomer.isSettled || newcomer.size === 0) return false;
    try {
      if (!(await file.look(now))) return false;
      const form = packing(await file.read(0, Math.min(tellingBytes, file.size)));
      if (form !== undefined) return !known && (await this.#packed(newcomer, path, form, now));
      const [own] = await this.#positions.within(file, inode);
      if (own) file.resume(own);
      else if (known) return false;
      else if (await this.#isCopy(file)) return await this.#copy(newcomer, file, now);
      else {
        const [other] = await this.#positions.within(file);
        if (other) await this.#follow(file, other);
      }
      this.#files.set(inode, file);
      this.#newcomers.delete(inode);
      return true;
    } finally {
      if (this.#files.get(inode) !== file) await file.close();
    }
  }

  async #seen(inode: string, path: string, now: bigint): Promise<Newcomer> {
    const { size, mtimeMs } = await stat(path);
    const known = this.#newcomers.get(inode);
    if (known && known.size === size && known.modified === mtimeMs) return known;
    const newcomer: Newcomer = { size, modified: mtimeMs, changedAt: now, isSettled: false };
    this.#newcomers.set(inode, newcomer);
    return newcomer;
  }

  /** Whether a file holds nothing but the beginning of one that is being read: a copy, perhaps before the other is cut off. */
  async #isCopy(file: PlainFile): Promise<boolean> {
    for (const other of this.#files.values()) {
      if (other.inode === file.inode || file.size > other.size) continue;
      const [head, tail] = [Math.min(file.size, 65_536), Math.max(file.size - 65_536, 0)];
      if (!(await file.read(0, head)).equals(await other.read(0, head))) continue;
      if ((await file.read(tail, file.size - tail)).equals(await other.read(tail, file.size - tail))) return true;
    }
    return false;
  }

  /** A copy waits for the file that it is of to be cut off, and counts as read where that does not come. */
  async #copy(newcomer: Newcomer, file: PlainFile, now: bigint): Promise<boolean> {
    if (now - newcomer.changedAt < settled) return false;
    const from = Math.max(file.size - longestLine, 0);
    const end = (await file.read(from, file.size - from)).lastIndexOf(10) + 1;
    if (end === 0) return false;
    await this.#follow(file, await positionAt(file, from + end));
    this.#files.set(file.inode, file);
    return false;
  }

  async #follow(file: PlainFile, position: FilePosition): Promise<void> {
    const own = await file.follow(position, this.#positions);
    this.#positions.set(own);
    settle(this.#options.store, own, this.#options.reception.clock.now());
  }

  /** A packed file is read once it does not change any more, behind what was read of it before it was packed. */
  async #packed(newcomer: Newcomer, path: string, form: 'gzip' | 'zstd', now: bigint): Promise<boolean> {
    const { reception, store } = this.#options;
    if (now - newcomer.changedAt < 2n * second) return false;
    const { identity, mark } = await packedIdentity(path, newcomer.size);
    const position = { path, identity, offset: newcomer.size, mark };
    const done = (): boolean => {
      this.#positions.set(position);
      newcomer.isSettled = true;
      newcomer.identity = identity;
      return false;
    };
    if (this.#positions.has(identity)) return done();
    try {
      const files = [...this.#files.values()];
      newcomer.of ??= { identity: await packedOf(path, form, this.#positions, files) };
      const { identity } = newcomer.of;
      const isLive = identity !== undefined && files.some((file) => file.identity === identity);
      if (isLive && now - newcomer.changedAt < settled) return false;
      if (!isLive) {
        const from = identity === undefined ? 0 : (this.#positions.get(identity)?.offset ?? 0);
        let last: Parcel | undefined;
        for await (const parcel of packedBodies(path, form, from)) {
          if (last) await reception.takeOnce([last]);
          last = parcel;
        }
        if (last) {
          await reception.takeOnce([{ ...last, position }]);
          return done();
        }
      }
    } catch (error) {
      if (error instanceof Busy) throw error;
      newcomer.isSettled = true;
      newcomer.problem =
        error instanceof PackedRefused ? error.message : `cannot be unpacked to its end (${String(error)})`;
      this.#tell(path, newcomer.problem);
      return false;
    }
    settle(store, position, now);
    return done();
  }

  /** What keeps one file from being read does not keep others. */
  async #guarded(path: string, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Busy) return false;
      const code = errorCode(error);
      if (code === '') throw error;
      if (code !== 'ENOENT') this.#tell(path, whyNot(code));
      return false;
    }
  }

  #tell(path: string, message: string, isTrouble = true): void {
    const isTold = [this.#told, this.#telling].some((told) => told.get(path)?.message === message);
    this.#telling.set(path, { message, isTrouble });
    if (!isTold) this.#options.onNotice({ path, message });
  }
}
