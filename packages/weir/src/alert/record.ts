import type { AuditEntry } from '../model/audit.ts';
import type { Store } from '../store/store.ts';
import { write } from '../store/trail.ts';

export interface Recorded {
  readonly at: bigint;
  readonly actor: string;
  readonly action: string;
  readonly details?: AuditEntry['details'];
  /** Whether a decision may hang on it: then whoever decides on what was before is told first. */
  readonly decisive: boolean;
}

type Columns = Readonly<Record<string, string | number | bigint | null>>;

/** Changes an alert and writes the change into the trail: the one way in which an alert is changed, but for mere growth
 *  (`refresh`). Columns are named in the code. */
export function record(
  store: Store,
  id: number,
  { at, actor, action, details = {}, decisive }: Recorded,
  columns: Columns,
): void {
  const sets = Object.keys(columns).map((name) => `${name} = ?, `);
  const row = store
    .statement(`UPDATE alert SET ${sets.join('')}changed = ?, entries = entries + 1, version = version + ?
      WHERE id = ? RETURNING version`)
    .get(...Object.values(columns), at, decisive ? 1 : 0, id);
  const version = Number(row?.version);
  write(store, { at, actor, action, subject: subjectOf(id), details: { ...details, version } });
}

/** Brings an alert to what it has grown to, where the trail has told of its growth lately. */
export function refresh(store: Store, id: number, at: bigint, columns: Columns): void {
  const sets = Object.keys(columns).map((name) => `${name} = ?, `);
  store.statement(`UPDATE alert SET ${sets.join('')}changed = ? WHERE id = ?`).run(...Object.values(columns), at, id);
}

/** What the trail calls an alert. */
export function subjectOf(id: number): string {
  return `alert:${id}`;
}
