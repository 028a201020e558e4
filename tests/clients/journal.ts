import { existsSync } from 'node:fs';
import { nodeDisk } from '../../packages/weir/src/disk/nodeDisk.ts';
import type { JournalEntry } from '../../packages/weir/src/journal/frame.ts';
import { journalStart } from '../../packages/weir/src/journal/place.ts';
import { readJournal } from '../../packages/weir/src/journal/read.ts';
import { homePaths } from '../../packages/weir/src/live/home.ts';

/** What lies in a home's journal. */
export async function entriesOf(home: string): Promise<JournalEntry[]> {
  const { journal } = homePaths(home);
  if (!existsSync(journal)) return [];
  const reads = await Array.fromAsync(readJournal(nodeDisk, journal, journalStart));
  return reads.flatMap((read) => ('entry' in read ? read.entry : []));
}

/** How often each record's uid lies in the journal; a delivery that lies in it twice is read once, as live does. */
export async function uidsIn(home: string): Promise<Map<string, number>> {
  const uids = new Map<string, number>();
  const deliveries = new Set<string>();
  for (const { delivery, body } of await entriesOf(home)) {
    if (delivery !== undefined && deliveries.has(delivery)) continue;
    if (delivery !== undefined) deliveries.add(delivery);
    for (const [uid] of body.toString().matchAll(/\bCx[a-z]+\d+\b/g)) uids.set(uid, (uids.get(uid) ?? 0) + 1);
  }
  return uids;
}
