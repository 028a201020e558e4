import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with Weir's catalogue and rules: `content`, in the nearest folder above this file that has one; as seen
 *  from the working folder, so that a report tells no more of the machine than that. */
export function contentDirectory(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const content = join(folder, 'content');
    if (existsSync(join(content, 'catalogue'))) return relative(process.cwd(), content) || '.';
    if (folder === dirname(folder)) throw new Error('content/catalogue is not beside the program');
  }
}
