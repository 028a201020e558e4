import type { FilePosition, JournalEntry } from '../journal/frame.ts';
import { deliveriesKept } from '../journal/kept.ts';
import { type JournalPlace, journalStart } from '../journal/place.ts';
import type { Store } from '../store/store.ts';

/** Up to where the journal is in the lake. */
export function readCursor(store: Store): JournalPlace {
  const row = store.statement('SELECT file, offset FROM journal_cursor').get();
  return row ? { file: Number(row.file), offset: Number(row.offset) } : journalStart;
}

export function moveCursor(store: Store, { file, offset }: JournalPlace): void {
  store
    .statement(
      'INSERT INTO journal_cursor VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET file = excluded.file, offset = excluded.offset',
    )
    .run(file, offset);
}

/** Watched files are read on from here. */
export function movePosition(store: Store, { identity, path, offset, mark }: FilePosition, receivedAt: bigint): void {
  store
    .statement(
      `INSERT INTO position (identity, path, offset, mark, received_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET path = excluded.path, offset = excluded.offset, mark = excluded.mark,
         received_at = excluded.received_at`,
    )
    .run(identity, path, offset, mark, receivedAt);
}

/** Whether a file's rows up to a position are in the lake already. */
export function isPassed(store: Store, { identity, offset }: FilePosition): boolean {
  const row = store.statement('SELECT offset FROM position WHERE identity = ?').get(identity);
  return row !== undefined && Number(row.offset) >= offset;
}

/** Whether a delivery is in the lake already. */
export function isReceived(store: Store, delivery: string): boolean {
  return store.statement('SELECT 1 FROM received WHERE delivery = ?').get(delivery) !== undefined;
}

/** Remembers deliveries, and forgets the oldest: those of before `since` (ticks), and what are more than may be kept. */
export function remember(store: Store, entries: readonly JournalEntry[], since: bigint): void {
  const insert = store.statement(
    'INSERT INTO received (delivery, door, source, bytes, documents, received_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  let any = false;
  for (const { delivery, door, source, body, documents, receivedAt } of entries) {
    if (delivery === undefined) continue;
    insert.run(delivery, door, source, body.length, documents ?? null, receivedAt);
    any = true;
  }
  if (!any) return;
  store.statement('DELETE FROM received WHERE id <= (SELECT max(id) FROM received) - ?').run(deliveriesKept.number);
  // Of the oldest alone: they stand in the order in which they came.
  store
    .statement('DELETE FROM received WHERE id IN (SELECT id FROM received ORDER BY id LIMIT ?) AND received_at < ?')
    .run(1_000 + 2 * entries.length, since);
}
