import { join } from 'node:path';
import { ownCacheFolder } from '../start/folder.ts';

/** Where what rules are compiled to is kept for later processes of this user, if anywhere. */
export function keptDirectory(): string | undefined {
  const folder = ownCacheFolder();
  return folder && join(folder, 'queries');
}
