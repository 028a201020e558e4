import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Who runs Weir, and where. */
export interface User {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Throws where the system knows none, as of a user without an entry in a container. */
  readonly home: () => string;
  readonly id: number;
}

/** `cacheFolder` of who runs this process; undefined where it runs with another user's rights. */
export function ownCacheFolder(): string | undefined {
  const id = process.getuid?.();
  if (id === undefined || id !== process.geteuid?.()) return undefined;
  return cacheFolder({ environment: process.env, platform: process.platform, home: homedir, id });
}

/** The user's own cache folder for Weir, made where it is not there; undefined where there is no place that only this user
 *  can write to: what lies there is run as a program. So it is where the home is read-only or another's (sudo). */
export function cacheFolder({ environment, platform, home, id }: User): string | undefined {
  const { XDG_CACHE_HOME: named = '' } = environment;
  const usual = () => (platform === 'darwin' ? join(home(), 'Library', 'Caches') : join(home(), '.cache'));
  try {
    const folder = join(isAbsolute(named) ? named : usual(), 'weir');
    if (!isAbsolute(folder)) return undefined;
    if (!ownedBy(id, nearest(folder))) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return isOnly(id, folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether this is a folder of the user's in which nobody else can change anything. */
function isOnly(id: number, folder: string): boolean {
  const { mode } = lstatSync(folder);
  return lstatSync(folder).isDirectory() && ownedBy(id, folder) && (mode & 0o022) === 0;
}

function ownedBy(id: number, path: string): boolean {
  return lstatSync(path).uid === id;
}

/** The folder, or the nearest one above it that is there. */
function nearest(folder: string): string {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  return there || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
