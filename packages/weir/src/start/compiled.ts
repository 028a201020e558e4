import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { ownCacheFolder } from './folder.ts';

/** Has Node keep what it compiles, in the user's own cache folder, for the next process, and for those that this one starts:
 *  the parser alone takes a second, and two fifths of one from there. Where the environment names a folder
 *  (`NODE_COMPILE_CACHE`) that one is kept to. */
export function keepCompiled(): void {
  const folder = ownCacheFolder();
  if (folder !== undefined) enableCompileCache(join(folder, 'compiled'));
}
