import { open } from 'node:fs/promises';

/** One line of a file without its line end. */
export interface Line {
  /** From 1, blank lines counted. */
  readonly number: number;
  /** The first bytes only where the line is too long. */
  readonly bytes: Buffer;
  readonly tooLong: boolean;
}

/** The longest record that is read; what is longer is one reject and never held whole. */
export const longestRecord = 16 * 1024 * 1024;

const chunkLength = 1024 * 1024;
const keptOfTooLong = 8 * 1024;

/** The lines of a file in batches, with memory bounded by `longestRecord` whatever the file holds. */
export async function* readLines(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<Line[]> {
  const file = await open(path);
  let read = 0;
  try {
    let pending: Buffer[] = [];
    let length = 0;
    let number = 0;
    const take = (last: Buffer): Line => {
      number += 1;
      const tooLong = length + last.length > longestRecord;
      const bytes = pending.length === 0 ? last : Buffer.concat([...pending, last]);
      pending = [];
      length = 0;
      return { number, bytes: tooLong ? bytes.subarray(0, keptOfTooLong) : withoutReturn(bytes), tooLong };
    };
    for (;;) {
      const buffer = Buffer.allocUnsafe(chunkLength);
      const { bytesRead } = await file.read(buffer, 0, chunkLength);
      if (bytesRead === 0) break;
      read += bytesRead;
      onBytes?.(read);
      const chunk = buffer.subarray(0, bytesRead);
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        lines.push(take(chunk.subarray(start, end)));
        start = end + 1;
      }
      const rest = chunk.subarray(start);
      length += rest.length;
      if (length <= longestRecord) pending.push(rest);
      else pending = [Buffer.concat(pending).subarray(0, keptOfTooLong)];
      if (lines.length > 0) yield lines;
    }
    if (length > 0) yield [take(Buffer.alloc(0))];
  } finally {
    await file.close();
  }
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes;
}
