import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import type { AppendFile, Disk } from './disk.ts';
import { writeAll } from './writeAll.ts';

const toAppend = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;
/** On Linux a write to such a file ends when it is on disk (open(2)), as one that `datasync` follows: what waits for it waits
 *  for one turn of a busy event loop, not for two. */
const synced = process.platform === 'linux' ? constants.O_DSYNC : 0;

/** As many parts as the system takes in one write: each write waits for the disk. */
const mostAtOnce = 1_000;

/** The file system of the machine. */
export const nodeDisk: Disk = {
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async list(folder) {
    return (await readdir(folder)).sort();
  },
  async openAppend(path): Promise<AppendFile> {
    const file = await open(path, toAppend | synced);
    return {
      async append(parts) {
        const few = parts.length > mostAtOnce ? [Buffer.concat(parts)] : parts;
        await writeAll(file, few);
        if (synced === 0) await file.datasync();
      },
      close: () => file.close(),
    };
  },
  async read(path, offset, length) {
    const file = await open(path, 'r');
    try {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  },
  async size(path) {
    return (await stat(path)).size;
  },
  truncate,
  async remove(path) {
    await rm(path, { force: true });
  },
  rename,
  syncFile: sync,
  syncFolder: sync,
};

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
