import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../engine/engine.ts';
import { LiveFusion } from '../live/fusion/fusion.ts';
import type { homePaths } from '../live/home.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Catalogue } from '../model/catalogue.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Store } from '../store/store.ts';
import type { Closing } from './closing.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';

const second = 10_000_000n;

/** A span of time is settled once nothing has come for it for so long, or has waited for so long. */
const patience = { quiet: 120n * second, most: 900n * second };

export interface FusingParts {
  readonly options: ServiceOptions;
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly catalogue: Catalogue;
  readonly inventory: Inventory | undefined;
  readonly closing: Closing;
}

/** Opens live fusion. What it gives fuses what is new, and settles a span that is due; it gives whether it settled one, as
 *  there may be another. */
export async function openFusing(parts: FusingParts): Promise<() => Promise<boolean>> {
  const { options, paths, store, lake, catalogue, inventory, closing } = parts;
  const directory = join(paths.work, 'fusion');
  await mkdir(directory, { recursive: true });
  const engine = await Engine.open(memoryOf(options, 'fusion', join(paths.work, 'fusion-spill')));
  closing.add(() => engine.close());
  const fusion = new LiveFusion({
    ...{ lake, store, engine, directory, catalogue },
    ...(inventory === undefined ? {} : { inventory }),
  });
  return async () => {
    const fused = await fusion.pass();
    if (fused !== undefined) return false;
    return (await fusion.settle(options.clock.now(), patience)) !== undefined;
  };
}
