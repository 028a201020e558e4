import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeDisk } from './nodeDisk.ts';

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-disk-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a file of this process was opened with, as Linux tells it. */
function flagsOf(path: string): number {
  const folder = '/proc/self/fd';
  const open = readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(join(folder, name)) === path;
    } catch {
      // The one that the folder is read with.
      return false;
    }
  });
  const [, flags = ''] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${open[0]}`, 'utf8')) ?? [];
  return Number.parseInt(flags, 8);
}

test('what is appended follows what was there', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a');
    for (const text of ['one', 'two']) {
      const file = await nodeDisk.openAppend(path);
      await file.append([Buffer.from(text)]);
      await file.append([Buffer.from(' ')]);
      await file.close();
    }
    expect(await readFile(path, 'utf8')).toBe('one two ');
  }));

test.runIf(process.platform === 'linux')('a file is opened so that each write ends when it is on disk', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a');
    const file = await nodeDisk.openAppend(path);
    expect(flagsOf(path) & constants.O_DSYNC).toBe(constants.O_DSYNC);
    await file.close();
  }),
);

test('any number of parts are written one after the other, empty ones too', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a');
    // More than the system takes in one call, and than a function takes arguments.
    const parts = Array.from({ length: 200_000 }, (_, at) => Buffer.from(at % 7 === 3 ? '' : `${at};`));
    const file = await nodeDisk.openAppend(path);
    await file.append([]);
    await file.append([Buffer.alloc(0)]);
    await file.append(parts);
    await file.append([Buffer.from('end')]);
    await file.close();
    expect(await readFile(path, 'utf8')).toBe(`${parts.join('')}end`);
  }));
