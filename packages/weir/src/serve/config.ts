import { homePaths } from '../live/home.ts';
import { destinationsFile } from '../notify/config.ts';
import { type LoadedConfig, loadConfig } from '../operate/config/load.ts';

/** The config of a home; where it has none, every key has its default.
 *  @throws UserError with file, line and column */
export function loadHomeConfig(home: string): Promise<LoadedConfig<typeof destinationsFile>> {
  return loadConfig(homePaths(home).config, { destinations: destinationsFile, mayLack: true });
}
