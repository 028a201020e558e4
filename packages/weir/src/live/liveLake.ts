import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import type { Engine } from '../engine/engine.ts';
import type { Lake } from '../lake/lake.ts';
import { Bell } from '../model/bell.ts';
import type { Clock } from '../model/clock.ts';
import type { Store } from '../store/store.ts';
import { egressDaily, liveTables, type Table, timelessTables } from '../tables/index.ts';
import { adopt, moveIn, segmentName } from './adopt.ts';
import { ofDay, sameFiles, writeDay } from './days.ts';
import { OwnLeases, oldestShared } from './leases.ts';
import { Manifest, type NewDay, type NewSegment, type NewTombstone, type Standing } from './manifest.ts';
import { commitsOf, lastReplacedOf, type Merge, merged } from './merge.ts';
import { type LiveSegment, lastTime } from './segment.ts';
import { Snapshot } from './snapshot.ts';
import { bury, buryAgain } from './tombstones.ts';

export interface LiveLakeOptions {
  readonly store: Store;
  readonly disk: Disk;
  /** Where the segments are: a folder that nothing else writes to. */
  readonly directory: string;
  readonly clock: Clock;
}

export interface Commit {
  /** A lake on the same file system. Its segments are moved out of it: it is used up. */
  readonly from: Lake;
  /** Of tables whose rows are replaced: SQL for the lake's engine of the positions (`segment`, `row`) that a snapshot gave
   *  which is not released yet. A row is replaced once. */
  readonly replaced?: ReadonlyMap<Table, string>;
  /** For rows that are no more than versions of others: when these came (`Snapshot.keptAt`). They are kept no longer for it.
   *  Ticks. */
  readonly keptAt?: bigint | undefined;
  /** What is to be so if and only if the rows are there: runs in the same transaction. */
  readonly also?: (seq: bigint) => void;
}

/** The lake that goes on, for the one process that writes it. */
export class LiveLake {
  readonly #options: LiveLakeOptions;
  readonly #manifest: Manifest;
  readonly #leases = new OwnLeases();
  /** Rings after each change. */
  readonly changed = new Bell();
  /** The present snapshot's files, until something changes. */
  #standing: Standing | undefined;
  /** By table the last commit that made its rows others; of those that are not here, the last before this process. */
  readonly #touched = new Map<string, bigint>();
  readonly #opened: bigint;
  #nextFile: number;
  /** Changes follow each other: what one reads of the manifest is so until it is entered. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: LiveLakeOptions) {
    this.#options = options;
    this.#manifest = new Manifest(options.store, options.directory);
    this.#nextFile = this.#manifest.nextFile;
    this.#opened = this.#manifest.seq;
  }

  /** Opens the lake of a folder, which it makes. Files that a crash left and no commit knows are removed. Files that the
   *  manifest knows and that are gone, or not as long as they were, are `lost`. */
  static async open(options: LiveLakeOptions): Promise<LiveLake> {
    const { store, disk, directory, clock } = options;
    await disk.makeFolder(directory);
    const manifest = new Manifest(store, directory);
    const known = new Map(manifest.files().map((file) => [file.name, file]));
    const there = new Set<string>();
    let removed = 0;
    for (const name of await disk.list(directory)) {
      if (known.has(name)) there.add(name);
      else {
        await disk.remove(join(directory, name));
        removed += 1;
      }
    }
    if (removed > 0) await disk.syncFolder(directory);
    const lost: string[] = [];
    for (const { name, bytes } of known.values())
      if (!there.has(name) || (await disk.size(join(directory, name))) !== bytes) lost.push(name);
    store.transaction(() => manifest.markLost(manifest.forgetDays(lost), clock.now()));
    return new LiveLake(options);
  }

  /** Segments whose rows are lost: grave. Snapshots are without them, and without those of which it is no longer known which
   *  rows were replaced; until they are back at the next start, too old, or a person accepts the loss. */
  get lost(): readonly (LiveSegment & { readonly name: string })[] {
    return this.#manifest.lost();
  }

  /** The last commit. */
  get seq(): bigint {
    return this.#manifest.seq;
  }

  /** Whether rows of some tables (by their names) may have been added, replaced or dropped by a later commit than another. */
  isTouched(tables: readonly string[], since: bigint): boolean {
    return tables.some((table) => (this.#touched.get(table) ?? this.#opened) > since);
  }

  snapshot(): Snapshot {
    const standing = this.standing();
    return new Snapshot(standing, this.#leases.take(standing.seq));
  }

  /** Adds the rows of a lake, takes away those that they replace, and does what is also to be done: all of it survives a
   *  crash, or none. Gives the commit's number. */
  commit({ from, replaced = new Map(), keptAt, also }: Commit): Promise<bigint> {
    return this.#change(async () => {
      const { disk, directory, clock } = this.#options;
      const written = [...liveTables, ...timelessTables].flatMap((table) =>
        from.segments(table).map(({ file, rows, holds }) => ({ table, file, rows, holds: [...holds] })),
      );
      const next = () => this.#nextFile++;
      const segments = await adopt(disk, from.engine, written, { directory, next });
      const graves = { disk, engine: from.engine, manifest: this.#manifest, directory, scratch: from.directory, next };
      const tombstones: NewTombstone[] = [];
      for (const positions of replaced.values()) {
        const tombstone = await bury(positions, graves);
        if (tombstone) tombstones.push(tombstone);
      }
      const arrivedAt = clock.now();
      return { segments: segments.map((each) => ({ ...each, kind: 'written', arrivedAt, keptAt })), tombstones, also };
    });
  }

  /** All files that a snapshot would see now. */
  standing(): Standing {
    this.#standing ??= this.#manifest.read();
    return this.#standing;
  }

  /** Writes segments of the present snapshot anew, as fewer. Rows that every snapshot sees stay as they are. `scratch` is a
   *  folder on the lake's file system that is there only meanwhile. */
  async merge(engine: Engine, merge: Merge, scratch: string): Promise<void> {
    const { disk, directory, clock } = this.#options;
    const ids = merge.segments.map(({ id }) => id);
    const release = this.#leases.take(this.#manifest.seq);
    try {
      await mkdir(scratch, { recursive: true });
      const made = await merged(engine, merge, scratch);
      await this.#change(async () => {
        // Retention was faster: what is left of them is merged another time.
        if (this.#manifest.retiredOf(ids).length > 0) return { segments: [], tombstones: [] };
        const next = () => this.#nextFile++;
        const standing = await adopt(disk, engine, made.standing, { directory, next });
        const past = await adopt(disk, engine, made.past ? [made.past] : [], { directory, next });
        const graves = { disk, engine, manifest: this.#manifest, directory, scratch, next };
        const known = new Set(merge.segments.flatMap(({ tombstones }) => tombstones.map(({ id }) => id)));
        const tombstones: NewTombstone[] = [];
        for (const tombstone of this.#manifest.tombstonesOf(ids)) {
          const again = known.has(tombstone.id) ? undefined : await buryAgain(tombstone, ids, standing, graves);
          if (again) tombstones.push(again);
        }
        const commits = commitsOf(merge.segments);
        const latest = (times: readonly bigint[]) => times.reduce((last, at) => (at > last ? at : last), 0n);
        const arrivedAt = latest(merge.segments.map((each) => each.arrivedAt));
        const keptAt = latest(merge.segments.map((each) => each.keptAt));
        const lastReplaced = lastReplacedOf(merge.segments);
        const became = standing.map(({ id }) => id);
        return {
          segments: [
            ...standing.map((each) => ({ ...each, kind: 'merged' as const, commits, arrivedAt, keptAt })),
            ...past.map((each) => ({ ...each, kind: 'past' as const, commits, lastReplaced, arrivedAt: clock.now() })),
          ],
          tombstones,
          retire: ids.map((segment) => ({ segment, became })),
          also: () => {
            if (made.forgotten !== undefined) this.#manifest.forgetReplaced(made.forgotten);
          },
        };
      });
    } finally {
      release();
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Reckons a day of the rollups (ticks of its beginning) once, for every later snapshot until its rows are others. Gives whether
   *  it did: not where they became others meanwhile. `scratch` is a folder on the lake's file system that is there only
   *  meanwhile. */
  async keepDay(engine: Engine, day: bigint, scratch: string): Promise<boolean> {
    const { disk, directory } = this.#options;
    const before = ofDay(this.standing(), day);
    const release = this.#leases.take(this.#manifest.seq);
    let kept = false;
    try {
      await mkdir(scratch, { recursive: true });
      const { file, rows } = await writeDay(engine, before, day, scratch);
      await this.#change(async () => {
        const now = ofDay(this.standing(), day);
        if (!sameFiles(before, now)) return { segments: [], tombstones: [] };
        const id = this.#nextFile++;
        const name = segmentName(egressDaily, id);
        kept = true;
        const days = [{ id, name, day, rows, ...(await moveIn(disk, file, directory, name)) }];
        return { segments: [], tombstones: [], days };
      });
      return kept;
    } finally {
      release();
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Takes segments out of every later snapshot: rows that are too old, or such as were replaced and are asked for no more. */
  drop(segments: readonly LiveSegment[]): Promise<bigint> {
    return this.#change(async () => ({
      segments: [],
      tombstones: [],
      retire: segments.map(({ id }) => ({ segment: id, became: [] })),
      also: () => {
        for (const segment of segments)
          if (segment.kind === 'past') this.#manifest.forgetReplaced(segment.lastReplaced ?? 0n);
          else this.#manifest.moveRetention(lastTime(segment));
      },
    }));
  }

  /** Rows with a time up to this may be gone: they were too old, or there was no room; undefined where none is. Ticks. */
  get retainedFrom(): bigint | undefined {
    return this.#manifest.retainedFrom;
  }

  /** Removes the files of what no snapshot sees any more. */
  async sweep(): Promise<void> {
    const { store, disk, directory, clock } = this.#options;
    const names = store.transaction(() => {
      const present = this.#manifest.seq;
      const own = this.#leases.oldest(present);
      return this.#manifest.forget(oldestShared(store, clock.now(), own));
    });
    for (const name of names) await disk.remove(join(directory, name));
  }

  /** Ends when what was begun has ended. */
  async close(): Promise<void> {
    await this.#last;
  }

  #change(make: () => Promise<Change>): Promise<bigint> {
    const change = this.#last.then(async () => {
      const first = this.#nextFile;
      try {
        return await this.#enter(await make());
      } catch (error) {
        await this.#undo(first).catch(() => undefined);
        throw error;
      }
    });
    this.#last = change.catch(() => undefined);
    return change;
  }

  /** The files are in place with their content on disk; here their names follow, and then the one transaction. */
  async #enter({ segments, tombstones, days = [], retire = [], also }: Change): Promise<bigint> {
    const { store, disk, directory, clock } = this.#options;
    const files = segments.length + tombstones.length + days.length;
    if (files > 0) await disk.syncFolder(directory);
    // What compaction puts together, and what it moves of what was replaced before, has changed at its own commits.
    const touched = new Set([
      ...segments.flatMap(({ kind, table }) => (kind === 'written' ? [table] : [])),
      ...this.#manifest.tablesOf([
        ...tombstones.flatMap(({ of, when }) => (when === undefined ? of.map(({ segment }) => segment) : [])),
        ...retire.flatMap(({ segment, became }) => (became.length === 0 ? [segment] : [])),
      ]),
    ]);
    const seq = store.transaction(() => {
      const idle = files + retire.length === 0;
      const seq = idle ? this.#manifest.seq : this.#manifest.advance(this.#nextFile);
      for (const segment of segments) this.#manifest.enter(seq, segment);
      for (const tombstone of tombstones) this.#manifest.bury({ seq, at: clock.now() }, tombstone);
      for (const day of days) this.#manifest.keepDay(seq, day);
      for (const { segment, became } of retire) this.#manifest.retire(seq, segment, became);
      also?.(seq);
      return seq;
    });
    for (const table of touched) this.#touched.set(table, seq);
    this.#standing = undefined;
    this.changed.ring();
    return seq;
  }

  /** Removes what a change that failed left in the folder. */
  async #undo(first: number): Promise<void> {
    const { disk, directory } = this.#options;
    for (const name of await disk.list(directory)) {
      const number = Number(/-(\d+)\.parquet$/.exec(name)?.[1]);
      if (number >= first && !this.#manifest.knows(name)) await disk.remove(join(directory, name));
    }
  }
}

interface Change {
  readonly segments: readonly NewSegment[];
  readonly tombstones: readonly NewTombstone[];
  readonly days?: readonly NewDay[];
  readonly retire?: readonly { readonly segment: number; readonly became: readonly number[] }[];
  readonly also?: ((seq: bigint) => void) | undefined;
}
