import { basename } from 'node:path';
import { type JournalPlace, journalFile } from '../journal/place.ts';
import type { Store } from '../store/store.ts';

/** Bytes of the journal that are no entry, from a place on. */
export interface JournalLoss {
  readonly place: JournalPlace;
  readonly bytes: number;
}

/** Writes down that bytes which were acknowledged are lost, within the caller's transaction; `at` in ticks. */
export function enterLoss(store: Store, { place, bytes }: JournalLoss, at: bigint): void {
  store
    .statement('INSERT OR REPLACE INTO journal_loss (file, offset, bytes, at) VALUES (?, ?, ?, ?)')
    .run(place.file, place.offset, bytes, at);
}

/** Those that nobody has accepted, the oldest first, with a name for each. */
export function journalLosses(store: Store): (JournalLoss & { readonly name: string })[] {
  return store
    .statement('SELECT file, offset, bytes FROM journal_loss ORDER BY file, offset')
    .all()
    .map((row) => {
      const place = { file: Number(row.file), offset: Number(row.offset) };
      return { place, bytes: Number(row.bytes), name: `${basename(journalFile('', place.file))}:${place.offset}` };
    });
}

export function forgetLoss(store: Store, { file, offset }: JournalPlace): void {
  store.statement('DELETE FROM journal_loss WHERE file = ? AND offset = ?').run(file, offset);
}
