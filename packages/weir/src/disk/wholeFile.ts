import { basename, dirname, join } from 'node:path';
import type { Disk } from './disk.ts';

/** Writes a text to a file beside `path`, so that renaming it there replaces the file whole, also where power is lost.
 *  Gives its path.
 *  @throws Node's own errors; then nothing is left */
export async function writePart(disk: Disk, path: string, text: string): Promise<string> {
  const part = join(dirname(path), `.${basename(path)}.part`);
  try {
    // What a crash may have left.
    await disk.remove(part);
    const file = await disk.openAppend(part);
    try {
      await file.append([Buffer.from(text)]);
    } finally {
      await file.close();
    }
    return part;
  } catch (error) {
    await disk.remove(part).catch(() => undefined);
    throw error;
  }
}

/** What a file holds, as UTF-8; undefined where there is none. */
export async function readWhole(disk: Disk, path: string): Promise<string | undefined> {
  try {
    return (await disk.read(path, 0, await disk.size(path))).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
