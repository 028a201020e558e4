import { createHash } from 'node:crypto';
import type { Catalogue } from '../../model/catalogue.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Store } from '../../store/store.ts';

/** By what the fused rows are told, and how far that is so. */
export interface Tagging {
  /** Rows with an evidence time from this on may still be told by an older catalogue or inventory; undefined: none is.
   *  Ticks. */
  readonly next: bigint | undefined;
  /** Whether they are to be fused again, and not only tagged. */
  readonly whole: boolean;
  /** The last commit with rows that were told anew. */
  readonly last: bigint;
}

/** What is known of it; undefined before the first fusion. */
export function readTagging(store: Store): Tagging | undefined {
  const row = store.statement('SELECT next, whole, last FROM fusion_tagging').get();
  if (row === undefined) return undefined;
  return { next: (row.next as bigint | null) ?? undefined, whole: row.whole === 1n, last: row.last as bigint };
}

/** Says by what rows are told from now on: where it was another catalogue, those that are there are to be tagged anew, and
 *  fused again where the inventory names other networks, proxies or translators. Where nobody knows by what `rows` that are there were
 *  told, they are tagged anew. */
export function beginTagging(
  store: Store,
  { version }: Pick<Catalogue, 'version'>,
  inventory: Inventory | undefined,
  rows: number,
): Tagging {
  const told = [
    (inventory?.sites ?? []).map(({ name, networks, sensors }) => [name, networks, sensors]),
    (inventory?.proxies ?? []).map(({ address, port }) => [address, port]),
    ...(inventory?.translators ?? []).map(({ address }) => address),
  ];
  const places = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16);
  return store.transaction(() => {
    const before = store.statement('SELECT catalogue, inventory FROM fusion_tagging').get();
    if (before?.catalogue !== version || before.inventory !== places)
      store
        .statement(
          `INSERT INTO fusion_tagging VALUES (1, ?1, ?2, ?3, ?4, 0)
           ON CONFLICT DO UPDATE SET catalogue = ?1, inventory = ?2, next = ?3,
             whole = max(?4, CASE WHEN next IS NULL THEN 0 ELSE whole END)`,
        )
        .run(version, places, rows > 0 ? 0n : null, before !== undefined && before.inventory !== places ? 1n : 0n);
    const tagging = readTagging(store);
    if (tagging === undefined) throw new Error('there is no tagging');
    return tagging;
  });
}

/** All before `next` is told by the present catalogue, with the rows of commit `last`; undefined: all there is. */
export function moveTagging(store: Store, next: bigint | undefined, last: bigint): void {
  store.statement('UPDATE fusion_tagging SET next = ?, last = ?').run(next ?? null, last);
}

/** Whether a run that last saw commit `seq` may see rows told anew: what it then finds in the past is no news. */
export function isToldAnew(store: Store, seq: bigint): boolean {
  const tagging = readTagging(store);
  return tagging !== undefined && (tagging.next !== undefined || tagging.last > seq);
}
