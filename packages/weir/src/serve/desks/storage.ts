import { statfs } from 'node:fs/promises';
import type { StorageDesk } from '../../api/parts.ts';
import type { Journal } from '../../journal/journal.ts';
import type { Store } from '../../store/store.ts';

export interface StorageDeskOptions {
  readonly store: Store;
  readonly journal: Pick<Journal, 'held'>;
  /** Of the lake. */
  readonly folder: string;
  /** Ticks, and bytes where there is a limit. */
  readonly keep: bigint;
  readonly most: bigint | null;
}

/** What the lake takes, by what its manifest says. */
export function storageDesk({ store, journal, folder, keep, most }: StorageDeskOptions): StorageDesk {
  return {
    look: async () => {
      const { bavail, blocks, bsize } = await statfs(folder);
      const rows = store
        .statement(
          `SELECT "table", count(*) AS segments, sum(rows) AS rows, sum(bytes) AS bytes FROM segment
           WHERE retired IS NULL GROUP BY "table" ORDER BY sum(bytes) DESC, "table"`,
        )
        .all();
      return {
        ...{ keep, most, journal: journal.held },
        oldest: oldestConnection(store),
        tables: rows.map(({ table, ...sums }) => ({
          table: String(table),
          segments: Number(sums.segments),
          rows: Number(sums.rows),
          bytes: Number(sums.bytes),
        })),
        disk: { free: bavail * bsize, size: blocks * bsize },
      };
    },
  };
}

/** Ticks; null where there is none. */
export function oldestConnection(store: Store): bigint | null {
  const first = store
    .statement(
      `SELECT min(first_time) AS time FROM segment WHERE retired IS NULL AND kind <> 'past' AND "table" = 'DeviceNetworkEvents'`,
    )
    .get();
  return (first?.time as bigint | null | undefined) ?? null;
}
