import { join } from 'node:path';
import type { homePaths } from '../live/home.ts';
import { Keeper } from '../live/keeper.ts';
import type { LiveLake } from '../live/liveLake.ts';
import type { Health } from '../operate/health.ts';
import type { Store } from '../store/store.ts';
import type { Closing } from './closing.ts';
import type { ServiceOptions } from './options.ts';
import { memoryOf } from './shares.ts';

/** Rows that were replaced are kept so long for rules that have not looked since. */
const history = 24n * 36_000_000_000n;

export interface KeepingParts {
  readonly options: ServiceOptions;
  readonly paths: ReturnType<typeof homePaths>;
  readonly store: Store;
  readonly lake: LiveLake;
  readonly health: Health;
  readonly closing: Closing;
}

/** Opens what keeps the lake small and rids it of what is old. */
export async function openKeeper({ options, paths, store, lake, health, closing }: KeepingParts): Promise<Keeper> {
  const { config, clock, log } = options;
  const keeper = await Keeper.open({
    ...{ lake, store, clock, work: join(paths.work, 'keeping') },
    engine: memoryOf(options, 'keeping', join(paths.work, 'keeping-spill')),
    keeping: { history, age: config.lake.keep, bytes: config.lake.max },
    onTrouble: (message) => {
      health.report('lake is kept', 'degraded', message);
      log.error({ part: 'lake' }, message);
    },
    onWell: () => health.report('lake is kept', 'ok'),
  });
  closing.add(() => keeper.close());
  return keeper;
}
