import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../engine/engine.ts';
import { LiveFusion } from '../live/fusion/fusion.ts';
import type { homePaths } from '../live/home.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Health } from '../operate/health.ts';
import { ticksToMinute } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import type { Closing } from './closing.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';

const second = 10_000_000n;
/** The part that is told of while it is so. */
const history = 'history';

/** A span of time is settled once nothing has come for it for so long, or has waited for so long: it is fused anew with
 *  the hours around it. */
const patience = { quiet: 600n * second, most: 21_600n * second };

export interface FusingParts {
  readonly options: ServiceOptions;
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly catalogue: Catalogue;
  readonly inventory: Inventory | undefined;
  readonly health: Health;
  readonly closing: Closing;
  /** Ends what is under way: nothing of it is kept. */
  readonly signal: AbortSignal;
}

/** Rounds of a loop: each gives whether there is more to do at once. */
export interface Fusing {
  /** Fuses what is new. */
  readonly pass: () => Promise<boolean>;
  /** Settles a span that is due, beside passes. */
  readonly settle: () => Promise<boolean>;
  /** Tells a part of history anew where another catalogue, or an inventory of other networks, told it. */
  readonly retag: () => Promise<boolean>;
}

/** Opens live fusion. */
export async function openFusing(parts: FusingParts): Promise<Fusing> {
  const { options, paths, store, lake, catalogue, inventory, health, closing, signal } = parts;
  const directory = join(paths.work, 'fusion');
  await mkdir(directory, { recursive: true });
  const { memoryMb } = memoryOf(options, 'fusion', '');
  // A pass of half a minute on all threads would hold up rows of which nobody has seen anything yet.
  const open = (part: 'fusion' | 'settling') => () => {
    const limits = memoryOf(options, part, join(paths.work, `${part}-spill`));
    return Engine.open({ ...limits, threads: Math.max(1, limits.threads - 1) });
  };
  const fusion = new LiveFusion({
    ...{ lake, store, directory, catalogue },
    limits: { passed: memoryMb * 400, read: memoryMb * 4_000, settled: memoryMb * 20_000 },
    engines: { passing: open('fusion'), settling: open('settling') },
    ...(inventory === undefined ? {} : { inventory }),
  });
  closing.add(() => fusion.close());
  signal.addEventListener('abort', () => fusion.stop(), { once: true });
  return {
    pass: async () => {
      await fusion.pass();
      return false;
    },
    settle: async () => (await fusion.settle(options.clock.now(), patience)) !== undefined,
    retag: async () => {
      const next = await fusion.retag();
      if (next === undefined) health.forget(history);
      else
        health.report(
          history,
          'degraded',
          `the catalogue or the inventory has changed: history is told anew, up to ${ticksToMinute(next)} UTC so far`,
        );
      return false;
    },
  };
}
