import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { destinationsFile } from '../notify/config.ts';
import { openDestinations } from '../notify/open.ts';
import { loadConfig } from '../operate/config/load.ts';
import { readSecret } from '../operate/config/secret.ts';
import { exitCodes } from './failure.ts';
import { homeDirectory } from './home.ts';
import { tell } from './stdio.ts';
import { presentTicks } from './time.ts';

/** `weir config check`: gives the exit code; what is wrong is thrown with its place. A home without weir.yaml has the
 *  defaults, as the service does; a file that is named must be there. Nothing is sent to anybody. */
export async function checkConfig(file: string | undefined, { home }: { readonly home?: string }): Promise<number> {
  const path = file ?? join(homeDirectory(home, process.env), 'weir.yaml');
  const mayLack = file === undefined;
  const { config, place } = await loadConfig(path, { destinations: destinationsFile, mayLack });
  if (mayLack && !existsSync(path)) {
    tell(`weir: no ${path}: defaults`);
    return exitCodes.done;
  }
  const at = (keys: readonly PropertyKey[]) => place(['destinations', ...keys]);
  const absolute = (written: string) => resolve(dirname(path), written);
  openDestinations(config.destinations, {
    secret: (source, keys) => readSecret(source, { place: at(keys), environment: process.env, resolve: absolute }),
    path: absolute,
    place: at,
    now: presentTicks,
    floor: 'informational',
  });
  tell(`weir: ${path} is in order`);
  return exitCodes.done;
}
