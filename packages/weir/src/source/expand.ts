import type { Stats } from 'node:fs';
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One input to read: a file, standard input, or one that cannot be read, with the reason. */
export interface Found {
  /** As the user named it; a member of a folder with its path below it. */
  readonly path: string;
  readonly kind: 'file' | 'stdin' | 'unreadable';
  /** Why it is unreadable and what to do. */
  readonly reason?: string;
  /** It is a place for files, and there are none in it. */
  readonly isEmpty?: true;
}

/** Turns what the user named into inputs: folders are walked (hidden names left out, links followed once), globs
 *  expanded, `-` is standard input. Sorted within a folder or glob, so that the order never depends on the disk. */
export async function expand(paths: readonly string[]): Promise<Found[]> {
  const seen = new Map<string, string>();
  const found: Found[] = [];
  for (const path of paths) {
    if (path === '-')
      found.push(seen.has('-') ? unreadable(path, 'standard input is read already') : standardInput(seen));
    else for (const one of await named(path)) found.push(await once(one, seen));
  }
  return found;
}

function standardInput(seen: Map<string, string>): Found {
  seen.set('-', '-');
  return { path: '-', kind: 'stdin' };
}

async function named(path: string): Promise<Found[]> {
  const known = await look(path);
  if ('stats' in known && known.stats.isDirectory()) {
    const members = await walk(path, new Set());
    return members.length > 0 ? members : [empty(path, 'a folder with no file in it (hidden ones are left out)')];
  }
  if ('stats' in known) return [member(path, known.stats)];
  if (known.code === 'ENOENT' && /[*?[{]/.test(path)) {
    const matches = (await Array.fromAsync(glob(path))).filter((match) => !/(^|[/\\])\.[^/\\.]/.test(match)).sort();
    if (matches.length === 0) return [empty(path, 'the pattern matches no file')];
    return (await Promise.all(matches.map(named))).flat();
  }
  return [unreadable(path, whyNot(known.code))];
}

async function walk(folder: string, above: ReadonlySet<string>): Promise<Found[]> {
  let names: string[];
  try {
    const real = await realpath(folder);
    if (above.has(real)) return [unreadable(folder, 'a link that leads back to a folder above it')];
    above = new Set([...above, real]);
    names = await readdir(folder);
  } catch (error) {
    return [unreadable(folder, whyNot(errorCode(error)))];
  }
  const found: Found[] = [];
  for (const name of names.sort()) {
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const known = await look(path);
    if (!('stats' in known)) found.push(unreadable(path, whyNot(known.code)));
    else if (known.stats.isDirectory()) found.push(...(await walk(path, above)));
    else found.push(member(path, known.stats));
  }
  return found;
}

/** A file that is named twice, also through a link, is read once. */
async function once(input: Found, seen: Map<string, string>): Promise<Found> {
  if (input.kind !== 'file') return input;
  let real: string;
  try {
    real = await realpath(input.path);
  } catch (error) {
    return unreadable(input.path, whyNot(errorCode(error)));
  }
  const first = seen.get(real);
  if (first !== undefined) return unreadable(input.path, `the same file as ${first}, which is read already`);
  seen.set(real, input.path);
  return input;
}

function member(path: string, stats: Stats): Found {
  if (stats.isFile()) return { path, kind: 'file' };
  if (stats.isFIFO()) return unreadable(path, 'a named pipe; give its content on standard input with -');
  if (stats.isSocket()) return unreadable(path, 'a socket, not a file of records');
  return unreadable(path, 'a device, not a file of records');
}

async function look(path: string): Promise<{ stats: Stats } | { code: string }> {
  try {
    return { stats: await stat(path) };
  } catch (error) {
    return { code: errorCode(error) };
  }
}

function unreadable(path: string, reason: string): Found {
  return { path, kind: 'unreadable', reason };
}

function empty(path: string, reason: string): Found {
  return { ...unreadable(path, reason), isEmpty: true };
}

export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** An operating system's error code in plain words with what to do. */
export function whyNot(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'not readable: permission denied; run Weir as a user who may read it';
    case 'ELOOP':
      return 'a link that leads to itself';
    case 'EISDIR':
      return 'a folder where a file was expected';
    default:
      return `not readable (${code || 'unknown error'})`;
  }
}
