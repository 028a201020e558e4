import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine, type EngineLimits } from '../engine/engine.ts';
import type { Clock } from '../model/clock.ts';
import { ageTime } from '../store/ageTime.ts';
import type { Store } from '../store/store.ts';
import { dayToKeep } from './days.ts';
import type { LiveLake } from './liveLake.ts';
import { type Keeping, nextMerge, outlived, quiet, toDrop } from './plan.ts';

export interface KeeperOptions {
  readonly lake: LiveLake;
  readonly store: Store;
  /** A folder for files on their way, on the lake's file system: emptied at the start. */
  readonly work: string;
  readonly engine: EngineLimits;
  readonly clock: Clock;
  readonly keeping: Keeping;
  /** Told why a step failed; the next is tried after the pause. */
  readonly onTrouble: (message: string) => void;
  /** Told of each step that did not. */
  readonly onWell?: () => void;
}

/** Keeps the lake small and quick: many segments become few, days of
 *  EgressDaily that are over are reckoned once, what is too old goes, files that nobody sees are removed. What
 *  any snapshot sees is the same before and after. */
export class Keeper {
  readonly #options: KeeperOptions;
  #engine: Engine | undefined;
  #merges = 0;

  private constructor(options: KeeperOptions) {
    this.#options = options;
  }

  static async open(options: KeeperOptions): Promise<Keeper> {
    await rm(options.work, { recursive: true, force: true });
    await mkdir(options.work, { recursive: true });
    return new Keeper(options);
  }

  /** Works until the signal, every `pause` (ticks) or at once while there is more. At the signal a merge under way is given
   *  up: the segments stay as they were. */
  async run(pause: bigint, signal: AbortSignal): Promise<void> {
    const { clock, onTrouble, onWell } = this.#options;
    const stop = () => this.#engine?.stop();
    signal.addEventListener('abort', stop);
    while (!signal.aborted) {
      let more = false;
      try {
        more = await this.step();
        onWell?.();
      } catch (error) {
        this.close();
        if (signal.aborted) break;
        onTrouble(`the lake is not kept: ${error instanceof Error ? error.message : error}`);
      }
      if (!more) await clock.sleep(pause, signal).catch(() => undefined);
    }
    signal.removeEventListener('abort', stop);
  }

  /** One thing that is due; gives whether there may be more. */
  async step(): Promise<boolean> {
    const { lake, store, clock, keeping, work } = this.#options;
    const aged = ageTime(store, clock.now());
    const gone = [...toDrop(lake.standing(), aged, keeping), ...outlived(lake.lost, aged, keeping)];
    if (gone.length > 0) await lake.drop(gone);
    this.#engine ??= await Engine.open(this.#options.engine);
    this.#merges += 1;
    // Chosen and begun at once: what was chosen is not removed in between.
    const merge = nextMerge(lake.standing().segments, aged, keeping);
    const scratch = join(work, `${this.#merges}`);
    if (merge) await lake.merge(this.#engine, merge, scratch);
    const day = merge ? undefined : dayToKeep(lake.standing(), clock.now(), quiet);
    const kept = day !== undefined && (await lake.keepDay(this.#engine, day, scratch));
    await lake.sweep();
    return merge !== undefined || kept;
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }
}
