import type { Store } from '../../store/store.ts';
import { deviceNetworkEvents, intakeTables } from '../../tables/index.ts';

/** Rows that came and no pass has fused yet: whatever reads connections does not see them. Times are ticks. */
export interface Behind {
  /** At most: what compaction put together counts as one. */
  readonly rows: number;
  /** The earliest time that one of them tells; undefined where none tells any. */
  readonly from: bigint | undefined;
  /** When the first of them came. */
  readonly since: bigint;
}

/** How far live fusion is behind the lake of a home; undefined where it is not. */
export function fusionBehind(store: Store): Behind | undefined {
  const [row] = store
    .statement(
      `SELECT sum(rows) AS rows, min(first_time) AS "from", min(arrived_at) AS since FROM segment, fusion_cursor
       WHERE retired IS NULL AND kind <> 'past' AND last_commit > passed AND last_commit NOT IN (SELECT seq FROM fusion_own)
         AND "table" IN (${tables})`,
    )
    .all() as [{ rows: bigint | null; from: bigint | null; since: bigint | null }];
  if (row.rows === null || row.since === null) return undefined;
  return { rows: Number(row.rows), from: row.from ?? undefined, since: row.since };
}

/** The same in words, where some have waited since before a moment. */
export function waitingLonger(store: Store, than: bigint): (Behind & { readonly told: string }) | undefined {
  const behind = fusionBehind(store);
  if (behind === undefined || behind.since > than) return undefined;
  const from = behind.from === undefined ? '' : ` from ${second(behind.from)} on`;
  return { ...behind, told: `${behind.rows} rows${from} are not joined to connections yet` };
}

/** A time in UTC, to the second. */
function second(ticks: bigint): string {
  const milliseconds = Number((ticks - unixEpochTicks) / 10_000n);
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** 1970 in ticks. */
const unixEpochTicks = 621_355_968_000_000_000n;

const tables = intakeTables
  .filter((table) => table !== deviceNetworkEvents)
  .map(({ name }) => `'${name}'`)
  .join(', ');
