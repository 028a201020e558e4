import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';

/** What one quick look at all bytes of a text file tells, before the engine reads it. */
export interface Census {
  readonly bytes: number;
  /** Lines that are not blank. */
  readonly lines: number;
  readonly blank: number;
  /** Lines that begin with `#`, and the first of them, cut. */
  readonly hashes: number;
  readonly hashLines: readonly string[];
  /** Bytes of the longest line. */
  readonly longest: number;
  /** UTF-8 throughout, no zero byte. */
  readonly clean: boolean;
  /** Where carriage returns stand: nowhere, before every line end and nowhere else, or otherwise. */
  readonly returns: 'none' | 'line ends' | 'mixed';
  /** Which of the wanted texts occur. */
  readonly found: ReadonlySet<string>;
}

const chunkLength = 1024 * 1024;
/** For the part of a line that stands before a piece, at first. */
const firstRoom = 64 * 1024;
const keptHashLines = 64;

/** Counts lines and looks for what would make the engine stumble, at several GB/s: the work is done by Buffer's native
 *  searches, never a byte at a time. */
export async function takeCensus(
  path: string,
  wanted: readonly string[],
  onBytes?: (bytes: number) => void,
): Promise<Census> {
  const found = new Set<string>();
  const hashLines: string[] = [];
  let [bytes, lines, blank, hashes, longest] = [0, 0, 0, 0, 0];
  let [ending, other] = [0, 0];
  let clean = true;
  const countLine = (buffer: Buffer, start: number, end: number): void => {
    if (isBlank(buffer, start, end)) blank += 1;
    else lines += 1;
    if (buffer[start] === 0x23) {
      hashes += 1;
      if (hashLines.length < keptHashLines) hashLines.push(buffer.toString('utf8', start, Math.min(end, start + 64)));
    }
    if (end - start > longest) longest = end - start;
  };
  const countReturns = (buffer: Buffer): void => {
    for (let at = buffer.indexOf(13); at >= 0; at = buffer.indexOf(13, at + 1)) {
      if (buffer[at + 1] === 10) ending += 1;
      else other += 1;
    }
  };
  const file = await open(path);
  let carried = 0;
  try {
    const piece = Math.min(chunkLength, (await file.stat()).size + 1);
    // One buffer for all of a file, that grows with its longest line: of memory that is new for each piece V8 looks through
    // its whole heap every few of them.
    let buffer = Buffer.allocUnsafe(piece + firstRoom);
    for (;;) {
      if (buffer.length - carried < piece) {
        const larger = Buffer.allocUnsafe(2 * buffer.length);
        buffer.copy(larger, 0, 0, carried);
        buffer = larger;
      }
      const { bytesRead } = await file.read(buffer, carried, piece);
      if (bytesRead === 0) break;
      bytes += bytesRead;
      onBytes?.(bytes);
      const chunk = buffer.subarray(0, carried + bytesRead);
      let start = 0;
      for (let end = chunk.indexOf(10, carried); end >= 0; end = chunk.indexOf(10, start)) {
        countLine(chunk, start, end);
        start = end + 1;
      }
      const whole = chunk.subarray(0, start);
      clean &&= isUtf8(whole) && !whole.includes(0);
      countReturns(whole);
      for (const text of wanted) if (!found.has(text) && whole.includes(text)) found.add(text);
      chunk.copy(buffer, 0, start);
      carried = chunk.length - start;
      if (carried > 16 * chunkLength) {
        // A line that no record of a log has: what follows of it is not kept.
        clean = false;
        carried = 1;
      }
    }
    const left = buffer.subarray(0, carried);
    if (carried > 0) {
      countLine(left, 0, carried);
      clean &&= isUtf8(left) && !left.includes(0);
      countReturns(left);
      for (const text of wanted) if (left.includes(text)) found.add(text);
    }
  } finally {
    await file.close();
  }
  const ends = lines + blank - (carried > 0 ? 1 : 0);
  const returns = ending + other === 0 ? 'none' : other === 0 && ending === ends ? 'line ends' : 'mixed';
  return { bytes, lines, blank, hashes, hashLines, longest, clean, returns, found };
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = buffer[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
