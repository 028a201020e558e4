import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

// An image is a V8 start-up snapshot with the parser in it, loaded and warm: a process that starts from it parses at once,
// where loading takes over a second. Only the very Node that made it can read it, so it is made where it is used.

const blobName = 'parser.blob';
const sumName = 'parser.crc32';

/** The blob of a finished image. A damaged one would end the process that starts from it, so its sum is checked first. */
export function finishedImage(image: string): string | undefined {
  try {
    const blob = join(image, blobName);
    return readFileSync(join(image, sumName), 'utf8') === sumOf(blob) ? blob : undefined;
  } catch {
    return undefined;
  }
}

/** Makes an image in the folder `making`, and puts it in its place in one step. `write` writes a blob and tries it out.
 *  Images that were left by other versions go, but for the newest.
 *  @throws Error where `write` does, or there is no room; then `making` is left */
export function makeImage(making: string, image: string, write: (blob: string) => void): void {
  const made = join(making, 'image');
  mkdirSync(made, { mode: 0o700 });
  const blob = join(made, blobName);
  write(blob);
  writeFileSync(join(made, sumName), sumOf(blob));
  rmSync(image, { recursive: true, force: true });
  renameSync(made, image);
  const folder = join(image, '..');
  for (const name of newestFirst(folder).slice(kept)) rmSync(join(folder, name), { recursive: true, force: true });
  rmSync(making, { recursive: true, force: true });
}

/** Images at once, for people who use several versions of Node in turn. */
const kept = 3;

/** Takes the right to make an image: true for one process of many that start together. Who took it and left its folder
 *  behind could not make one; that is tried again after a day, not at every start. */
export function mayMake(making: string, now: number): boolean {
  try {
    const left = statSync(making, { throwIfNoEntry: false });
    if (left && now - left.mtimeMs < 86_400_000) return false;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

function sumOf(blob: string): string {
  const bytes = readFileSync(blob);
  return `${bytes.length} ${crc32(bytes)}`;
}

function newestFirst(folder: string): string[] {
  const images = readdirSync(folder).filter((name) => name.startsWith('v'));
  const age = (name: string): number => statSync(join(folder, name)).mtimeMs;
  return images.sort((a, b) => age(b) - age(a));
}
