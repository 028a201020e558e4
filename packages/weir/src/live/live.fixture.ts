import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/nodeDisk.ts';
import { Engine } from '../engine/engine.ts';
import { Journal, type JournalLimits } from '../journal/journal.ts';
import { Lake } from '../lake/lake.ts';
import type { Clock } from '../model/clock.ts';
import { ageTime } from '../store/ageTime.ts';
import { Store } from '../store/store.ts';
import { type BatchReader, IntakeReader } from './batch.ts';
import { readCursor } from './cursor.ts';
import { LiveLake } from './liveLake.ts';
import { Maker } from './maker.ts';

/** A clock that stands until it is set. */
export class StillClock implements Clock {
  time = 638_900_000_000_000_000n;

  now(): bigint {
    return this.time;
  }

  async sleep(ticks: bigint): Promise<void> {
    this.time += ticks;
  }
}

interface MakerParts {
  readonly disk?: Disk;
  readonly reader?: BatchReader;
  readonly store?: Store;
}

/** A home in a folder that is gone when `use` ends, and an engine to look at it with. */
export class Home {
  readonly folder: string;
  readonly engine: Engine;
  readonly clock = new StillClock();
  #store: Store;
  readonly troubles: string[] = [];
  #scratch = 0;

  private constructor(folder: string, engine: Engine) {
    this.folder = folder;
    this.engine = engine;
    this.#store = Store.open(join(folder, 'weir.db'));
  }

  static async with<Result>(use: (home: Home) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(join(tmpdir(), 'weir-live-'));
    const engine = await Engine.open({ memoryMb: 500, threads: 2, spillDirectory: join(folder, 'spill') });
    const home = new Home(folder, engine);
    try {
      return await use(home);
    } finally {
      home.store.close();
      engine.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  get store(): Store {
    return this.#store;
  }

  /** An empty store in the place of the one that was. */
  async forgetStore(): Promise<void> {
    this.#store.close();
    for (const end of ['', '-wal', '-shm']) await rm(join(this.folder, `weir.db${end}`), { force: true });
    this.#store = Store.open(join(this.folder, 'weir.db'));
  }

  /** Lends one more engine. */
  async another<Result>(use: (engine: Engine) => Promise<Result>): Promise<Result> {
    const spillDirectory = join(this.folder, 'another-spill');
    const engine = await Engine.open({ memoryMb: 500, threads: 2, spillDirectory });
    try {
      return await use(engine);
    } finally {
      engine.close();
    }
  }

  /** Lets time pass in which the service runs and looks at the clock. */
  pass(ticks: bigint, step = 864_000_000_000n): void {
    const until = this.clock.time + ticks;
    while (this.clock.time < until) {
      const left = until - this.clock.time;
      this.clock.time += left < step ? left : step;
      ageTime(this.store, this.clock.now());
    }
  }

  get segments(): string {
    return join(this.folder, 'segments');
  }

  lake(disk: Disk = nodeDisk, store = this.store): Promise<LiveLake> {
    return LiveLake.open({ store, disk, directory: this.segments, clock: this.clock });
  }

  reader(): BatchReader {
    return new IntakeReader({ memoryMb: 500, threads: 2, spillDirectory: join(this.folder, 'spill') });
  }

  get journal(): string {
    return join(this.folder, 'journal');
  }

  openJournal(
    disk: Disk = nodeDisk,
    limits: JournalLimits = { fileBytes: 20_000, heldBytes: 1e9 },
    store = this.store,
  ): Promise<Journal> {
    return Journal.open(disk, this.journal, limits, readCursor(store));
  }

  maker(lake: LiveLake, journal: Journal, parts: MakerParts = {}): Promise<Maker> {
    const { disk = nodeDisk, reader = this.reader(), store = this.store } = parts;
    return Maker.open({
      ...{ lake, journal, disk, store, clock: this.clock },
      journalFolder: this.journal,
      work: join(this.folder, 'work', 'make'),
      rejects: join(this.folder, 'rejects'),
      aside: join(this.folder, 'aside'),
      reader,
      onTrouble: ({ grave, message }) => this.troubles.push(grave ? `grave: ${message}` : message),
    });
  }

  /** An empty lake to commit from. */
  async scratch(): Promise<Lake> {
    this.#scratch += 1;
    await mkdir(join(this.folder, 'work'), { recursive: true });
    return Lake.create(this.engine, join(this.folder, 'work', `${this.#scratch}`));
  }
}
