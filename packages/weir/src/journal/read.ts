import type { Disk } from '../disk/disk.ts';
import { entryOf, frameLength, framePrefix, type JournalEntry } from './frame.ts';
import { fileNumber, type JournalPlace, journalFile } from './place.ts';

/** An entry, or bytes at the end of a file that are none: cut off by a crash before they were acknowledged, or damaged since. */
export type JournalRead =
  | { readonly entry: JournalEntry; readonly next: JournalPlace }
  | { readonly torn: JournalPlace; readonly bytes: number; readonly next: JournalPlace };

const pieceBytes = 1024 * 1024;

/** The numbers of the journal's files, in order. */
export async function journalFiles(disk: Disk, folder: string): Promise<number[]> {
  return (await disk.list(folder)).flatMap((name) => fileNumber(name) ?? []);
}

/** What stands in the journal from a place on, up to `until`. A frame that is cut off or garbled ends its file, and is told:
 *  the writer never goes on in a file that was there at its start, so behind such a frame stands nothing of another run. */
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
      const length = frameLength(await bytesOf(framePrefix));
      const whole = length !== undefined && offset + length <= end;
      const entry = whole ? entryOf(await bytesOf(length)) : undefined;
      if (!whole || !entry) {
        yield { torn: { file, offset }, bytes: end - offset, next: { file, offset: end } };
        break;
      }
      offset += length;
      yield { entry, next: { file, offset } };
    }
  }
}
