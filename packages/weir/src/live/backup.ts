import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { type JournalPlace, journalFile } from '../journal/place.ts';
import { journalFiles } from '../journal/read.ts';
import { UserError } from '../model/userError.ts';
import { Store } from '../store/store.ts';
import { moveCursor, readCursor } from './cursor.ts';
import { type homePaths, homePaths as pathsOf } from './home.ts';
import { Manifest } from './manifest.ts';

/** The store of a backup that is not whole yet. */
const unfinished = 'unfinished.db';

/** Copies a home that may be in use, with what a person keeps in it, to a folder that is not there or empty, so that a service can go on from the copy:
 *  all that was acknowledged when it began, and all that is in the lake when the store is copied. The caller holds a lease
 *  on a snapshot from before until this ends, so that no file goes that the copied store names. Segments never change: they
 *  are linked where the file system can, and copied where it cannot.
 *  @throws UserError where the folder is not empty */
export async function backUp(
  { paths, store, disk }: { readonly paths: ReturnType<typeof homePaths>; readonly store: Store; readonly disk: Disk },
  folder: string,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const home = dirname(paths.store);
  await makeEmpty(folder);
  const to = pathsOf(folder);
  for (const part of [to.segments, to.journal, to.rejects, to.aside]) await mkdir(part);
  const cursor = readCursor(store);
  // Before the store: what is in neither by then came later.
  for (const file of await journalFiles(disk, paths.journal).catch(() => []))
    await copied(disk, journalFile(paths.journal, file), journalFile(to.journal, file)).catch(unlessGone);
  await copyBeside(disk, home, folder);
  store.statement('VACUUM INTO ?').run(join(folder, unfinished));
  const copy = Store.open(join(folder, unfinished));
  let [files, bytes] = [0, 0];
  try {
    const manifest = new Manifest(copy, to.segments);
    await passCopied(disk, copy, { journal: to.journal, cursor });
    // Nobody reads old snapshots of a copy.
    copy.transaction(() => {
      copy.statement('DELETE FROM lease').run();
      manifest.forget(manifest.seq);
    });
    for (const file of manifest.recordedFiles()) {
      await linked(disk, join(paths.segments, file.name), join(to.segments, file.name)).catch(
        unlessLost(manifest, file.name),
      );
      files += 1;
      bytes += file.bytes;
    }
    for (const [of, from, into] of [
      ['reject_file', paths.rejects, to.rejects],
      ['aside', paths.aside, to.aside],
    ] as const)
      for (const { file } of copy.statement(`SELECT file FROM ${of}`).all())
        await copied(disk, join(from, String(file)), join(into, String(file))).catch((error: NodeJS.ErrnoException) => {
          unlessGone(error);
          // It has made room for newer ones meanwhile.
          copy.statement(`DELETE FROM ${of} WHERE file = ?`).run(String(file));
        });
    // All of it into the one file.
    copy.statement('PRAGMA wal_checkpoint(TRUNCATE)').all();
  } finally {
    copy.close();
  }
  for (const part of [to.segments, to.journal, to.rejects, to.aside]) await disk.syncFolder(part);
  await disk.syncFile(join(folder, unfinished));
  await disk.rename(join(folder, unfinished), to.store);
  await disk.syncFolder(folder);
  return { files, bytes };
}

/** Makes a home of a backup, in a folder that is not there or empty. The backup stays as it is.
 *  @throws UserError where there is no whole backup, or the folder is not empty */
export async function restore(disk: Disk, backup: string, home: string): Promise<void> {
  const [from, to] = [pathsOf(backup), pathsOf(home)];
  const there = await readdir(backup).catch(() => [] as string[]);
  if (!there.includes('weir.db'))
    throw new UserError(
      'BACKUP_MISSING',
      backup,
      there.includes(unfinished) ? 'this backup was not finished' : 'there is no backup here',
      'Name the folder that weir lake backup wrote.',
    );
  await makeEmpty(home);
  for (const [source, target] of [
    [from.segments, to.segments],
    [from.journal, to.journal],
    [from.rejects, to.rejects],
    [from.aside, to.aside],
  ] as const) {
    await mkdir(target);
    for (const name of await disk.list(source)) await copied(disk, join(source, name), join(target, name));
    await disk.syncFolder(target);
  }
  await copyBeside(disk, backup, home);
  // Last: a home without a store is none.
  await copied(disk, from.store, join(home, unfinished));
  await disk.rename(join(home, unfinished), to.store);
  await disk.syncFolder(home);
}

/** While the journal was copied, the service may have put more of it into the lake than the copy has: then all that the copy has
 *  is in the lake, and what comes next goes into another file. `cursor` is how far the lake was before the copy: a journal
 *  that ended before that place already is damaged, and stays so. */
async function passCopied(
  disk: Disk,
  copy: Store,
  { journal, cursor }: { readonly journal: string; readonly cursor: JournalPlace },
): Promise<void> {
  const { file, offset } = readCursor(copy);
  if (file === cursor.file && offset === cursor.offset) return;
  const bytes = await disk.size(journalFile(journal, file)).catch(unlessGone);
  if ((bytes ?? 0) < offset) moveCursor(copy, { file: file + 1, offset: 0 });
}

/** Copies what a person keeps in a home: its config, and the rules, exceptions, inventory and secrets that the config may
 *  name. Not what is a backup or a home itself, and not the folder that is copied to. */
async function copyBeside(disk: Disk, from: string, to: string): Promise<void> {
  const { config, rules, ...own } = pathsOf(from);
  const names = new Set(Object.values(own).map((path) => basename(path)));
  for (const name of await readdir(from))
    if (!names.has(name) && !/^(weir|lock|unfinished)\.db/.test(name))
      await copyTree(disk, join(from, name), join(to, name), { apart: await realpath(to), seen: new Set() });
}

async function copyTree(
  disk: Disk,
  path: string,
  target: string,
  around: { readonly apart: string; readonly seen: Set<string> },
): Promise<void> {
  const about = await stat(path).catch(unlessGone);
  if (about?.isFile()) return await copied(disk, path, target).catch(unlessGone);
  if (!about?.isDirectory()) return;
  const real = await realpath(path);
  const names = await readdir(path);
  // A link may lead back to where it is.
  if (around.seen.has(real) || `${around.apart}${sep}`.startsWith(`${real}${sep}`)) return;
  if (names.includes('weir.db') || names.includes(unfinished)) return;
  around.seen.add(real);
  await mkdir(target);
  for (const name of names) await copyTree(disk, join(path, name), join(target, name), around);
  await disk.syncFolder(target);
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new UserError('FOLDER_NOT_EMPTY', folder, 'this folder is not empty', 'Name one that is not there yet.');
  // It holds what people did and hashes of their passwords.
  await chmod(folder, 0o700);
}

async function linked(disk: Disk, path: string, to: string): Promise<void> {
  await link(path, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw error;
    return copied(disk, path, to);
  });
}

async function copied(disk: Disk, path: string, to: string): Promise<void> {
  await copyFile(path, to, constants.COPYFILE_FICLONE);
  await disk.syncFile(to);
}

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** A file that the service has lost already is no reason to have no backup. */
function unlessLost(manifest: Manifest, name: string) {
  return (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'ENOENT') throw error;
    // A kept day is reckoned anew.
    const [isSegment] = manifest.forgetDays([name]);
    if (isSegment !== undefined && !manifest.lostFiles().includes(name)) throw error;
  };
}
