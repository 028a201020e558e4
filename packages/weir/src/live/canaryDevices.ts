import type { Store } from '../store/store.ts';

/** Names of the devices of canaries that were sent at `since` (ticks) or later, in lower case: they exist nowhere, and their
 *  rows stand in the tables as all others do. */
export function canaryDevices(store: Store, since = 0n): Set<string> {
  const rows = store.statement('SELECT device FROM canary WHERE sent_at >= ?').all(since);
  return new Set(rows.map(({ device }) => String(device)));
}
