import type { Clock } from '../model/clock.ts';
import type { Randomness } from '../model/randomness.ts';
import type { destinationsFile } from '../notify/config.ts';
import type { LoadedConfig } from '../operate/config/load.ts';
import type { ConfigOf } from '../operate/config/schema.ts';
import type { Logger } from '../operate/log.ts';
import type { Machine } from './machine.ts';

export type Config = ConfigOf<typeof destinationsFile>;

export interface ServiceOptions {
  /** The folder that everything is kept in; made where it is not there. */
  readonly home: string;
  readonly config: Config;
  readonly place: LoadedConfig<typeof destinationsFile>['place'];
  /** Folder of Weir's content: catalogue and rules. */
  readonly content: string;
  /** Folder of the built console; undefined where it is not built. */
  readonly console: string | undefined;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly machine: Machine;
}
