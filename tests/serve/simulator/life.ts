import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { FaultyDisk } from '../../../packages/weir/src/disk/faulty.fixture.ts';
import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { homePaths } from '../../../packages/weir/src/live/home.ts';
import type { Store } from '../../../packages/weir/src/store/store.ts';
import { SteppedDisk } from './disk.ts';
import type { Draws } from './draws.ts';
import { holdEngines } from './engines.ts';
import { type FaultKind, injected, type Likely } from './faults.ts';
import { quiet } from './quiet.ts';
import { Turns } from './turns.ts';

export interface LifeParts {
  readonly home: string;
  readonly now: bigint;
  readonly draws: Draws;
  readonly likely: Likely;
  readonly faulty: FaultyDisk;
  readonly tried: (kind: FaultKind) => void;
}

/** The service from one start to its end, however it ends. */
export class Life {
  readonly turns: Turns;
  readonly draws: Draws;
  readonly likely: Likely;
  readonly disk: SteppedDisk;
  readonly tried: (kind: FaultKind) => void;
  readonly #parts: LifeParts;
  readonly #engines: Engine[] = [];
  #store: Store | undefined;
  #torn: Buffer | undefined;
  #endedBy: FaultKind | undefined;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.draws = parts.draws;
    this.likely = parts.likely;
    this.tried = parts.tried;
    this.turns = new Turns(parts.now);
    this.disk = new SteppedDisk(this, parts.faulty);
    holdEngines({ engines: this.#engines, before: (part) => this.#beforeStatement(part) });
  }

  /** Statements of rules, fusion and of what keeps the lake may fail for want of memory, or take long. */
  #beforeStatement(part: string): Promise<void> | undefined {
    const { draws, likely, turns } = this;
    if (!/^(?:rules|fusion|settling|keeping)-spill$/.test(part)) return undefined;
    if (draws.chance(likely.memory)) {
      this.tried('out of memory');
      return Promise.reject(injected('Out of Memory Error: that was put in', 'OOM'));
    }
    if (!draws.chance(likely.statement)) return undefined;
    this.tried('slow statement');
    return turns.step(`statement of ${part}`, BigInt(draws.whole(20)) * 10_000_000n);
  }

  /** A path as messages name it: the same in every run. */
  called(path: string): string {
    return relative(this.#parts.home, path);
  }

  holds(store: Store): void {
    this.#store = store;
  }

  tear(wal: Buffer | undefined): void {
    this.#torn = wal;
  }

  get endedBy(): FaultKind | undefined {
    return this.#endedBy;
  }

  /** Nothing of it goes on from here. Never comes back to who called it. */
  end(by: FaultKind): Promise<never> {
    this.#endedBy ??= by;
    this.turns.end();
    this.tried(by);
    return new Promise(() => undefined);
  }

  /** What is left in the home when it ended, power lost or not. Says whether power was lost. */
  async bury(): Promise<boolean> {
    await quiet();
    const { home, draws, faulty } = this.#parts;
    const paths = homePaths(home);
    const power = this.#endedBy?.startsWith('power') === true;
    // What closing would write is not there after a crash.
    const left = new Map<string, Buffer>();
    for (const file of [paths.store, `${paths.store}-wal`]) if (existsSync(file)) left.set(file, readFileSync(file));
    const evidence = existsSync(paths.evidence) ? await readdir(paths.evidence) : [];
    for (const name of evidence) left.set(join(paths.evidence, name), readFileSync(join(paths.evidence, name)));
    const synchronous = power && this.#store ? this.#store.statement('PRAGMA synchronous').get()?.synchronous : 2n;
    for (const engine of [...this.#engines]) engine.close();
    this.#store?.close();
    await this.disk.close();
    for (const file of [paths.store, `${paths.store}-wal`, `${paths.store}-shm`, paths.lock, `${paths.lock}-journal`])
      rmSync(file, { force: true });
    rmSync(paths.evidence, { recursive: true, force: true });
    await faulty.makeFolder(paths.evidence);
    const wal = left.get(`${paths.store}-wal`);
    if (this.#torn !== undefined) left.set(`${paths.store}-wal`, this.#torn);
    // A log that is not synced at each commit is lost from anywhere on.
    else if (wal !== undefined && Number(synchronous) < 2)
      left.set(`${paths.store}-wal`, wal.subarray(0, draws.whole(wal.length)));
    // The folder of evidence is synced by nobody: a file in it may be gone.
    for (const [file, content] of left)
      if (!(power && file.startsWith(paths.evidence) && draws.chance(0.2))) writeFileSync(file, content);
    if (power) await faulty.crash(home);
    return power;
  }
}
