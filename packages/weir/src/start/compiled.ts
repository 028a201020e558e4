import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './folder.ts';

/** Has Node keep what it compiles, in the user's own cache folder, for the next process, and for those that this one starts:
 *  the parser alone takes a second, and two fifths of one from there. Where the environment names a folder
 *  (`NODE_COMPILE_CACHE`) that one is kept to. */
export function keepCompiled(): void {
  const id = process.getuid?.();
  if (id === undefined || id !== process.geteuid?.()) return;
  const folder = cacheFolder({ environment: process.env, platform: process.platform, home: homedir, id });
  if (folder !== undefined) enableCompileCache(join(folder, 'compiled'));
}
