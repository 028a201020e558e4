import { crc32 } from 'node:zlib';
import type { Disk } from '../disk/disk.ts';

/** How much of a file is held in memory to check it. */
const piece = 4 * 1024 * 1024;

export interface Measured {
  readonly bytes: number;
  readonly crc: number;
}

/** A file's length and the CRC-32 of its content. */
export async function measured(disk: Disk, path: string): Promise<Measured> {
  const bytes = await disk.size(path);
  let crc = 0;
  for (let offset = 0; offset < bytes; offset += piece)
    crc = crc32(await disk.read(path, offset, Math.min(piece, bytes - offset)), crc);
  return { bytes, crc };
}
