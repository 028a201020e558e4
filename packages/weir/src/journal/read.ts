import type { Disk } from '../disk/disk.ts';
import {
  entryOf,
  type Framing,
  frameLength,
  framePrefix,
  framingOf,
  framingPrefix,
  type JournalEntry,
} from './frame.ts';
import { fileNumber, type JournalPlace, journalFile } from './place.ts';

/** An entry, or bytes that are none: at the end of a file cut off by a crash before they were acknowledged, or damaged since;
 *  `inside` a file, where a whole entry follows, they are damaged or a disk wrote what came later first. */
export type JournalRead =
  | { readonly entry: JournalEntry; readonly next: JournalPlace }
  | { readonly torn: JournalPlace; readonly bytes: number; readonly inside: boolean; readonly next: JournalPlace };

/** Entries are small beside it: what of a piece is only part of an entry is read again with the next. */
const pieceBytes = 8 * 1024 * 1024;

/** The numbers of the journal's files, in order. */
export async function journalFiles(disk: Disk, folder: string): Promise<number[]> {
  return (await disk.list(folder)).flatMap((name) => fileNumber(name) ?? []);
}

/** What stands in the journal from a place on, up to `until`. Where a frame is cut off or garbled, that is told, and reading goes
 *  on with the next whole one of the file: what stands behind damage was acknowledged. */
export async function* readJournal(
  disk: Disk,
  folder: string,
  from: JournalPlace,
  until?: JournalPlace,
): AsyncGenerator<JournalRead> {
  for (const file of await journalFiles(disk, folder)) {
    if (file < from.file) continue;
    if (until && file > until.file) return;
    const path = journalFile(folder, file);
    const end = until && file === until.file ? until.offset : await disk.size(path);
    let offset = file === from.file ? from.offset : 0;
    if (offset >= end) continue;
    const framing = framingOf(await disk.read(path, 0, framingPrefix));
    // Many entries are small: a file is read in pieces, and a longer entry alone.
    let piece: { readonly at: number; readonly bytes: Buffer } = { at: offset, bytes: Buffer.alloc(0) };
    const bytesOf = async (length: number): Promise<Buffer> => {
      if (offset + length > piece.at + piece.bytes.length)
        piece = {
          at: offset,
          bytes: await disk.read(path, offset, Math.min(Math.max(length, pieceBytes), end - offset)),
        };
      return piece.bytes.subarray(offset - piece.at, offset - piece.at + length);
    };
    while (offset < end) {
      const length = frameLength(await bytesOf(framePrefix), framing);
      const whole = length !== undefined && offset + length <= end;
      const entry = whole ? entryOf(await bytesOf(length), framing) : undefined;
      if (!whole || !entry) {
        const torn = { file, offset };
        const following = await nextFrame(disk, path, framing, { from: offset + 1, end });
        offset = following ?? end;
        const bytes = offset - torn.offset;
        yield { torn, bytes, inside: following !== undefined, next: { file, offset } };
        continue;
      }
      offset += length;
      yield { entry, next: { file, offset } };
    }
  }
}

/** Where the next whole frame of a file begins; undefined where none does, or where what looks like one is too much to check. */
async function nextFrame(
  disk: Disk,
  path: string,
  framing: Framing,
  { from, end }: { readonly from: number; readonly end: number },
): Promise<number | undefined> {
  const { magic } = framing;
  let checked = 0;
  for (let at = from; at < end; at += pieceBytes) {
    const piece = await disk.read(path, at, Math.min(pieceBytes + magic.length - 1, end - at));
    for (let found = piece.indexOf(magic); found !== -1; found = piece.indexOf(magic, found + 1)) {
      const start = at + found;
      const length = frameLength(await disk.read(path, start, Math.min(framePrefix, end - start)), framing);
      if (length === undefined || start + length > end) continue;
      checked += length;
      if (checked > 4 * (end - from)) return undefined;
      if (entryOf(await disk.read(path, start, length), framing) !== undefined) return start;
    }
  }
  return undefined;
}
