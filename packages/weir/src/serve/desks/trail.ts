import type { TrailDesk } from '../../api/parts.ts';
import type { Store } from '../../store/store.ts';
import { checkTrail, readTrail } from '../../store/trail.ts';

/** The audit trail of a store, as the API reads it. */
export function trailDesk(store: Store): TrailDesk {
  return {
    last: () => Number(store.statement('SELECT max(id) AS last FROM trail').get()?.last ?? 0n),
    read: (query) => readTrail(store, query),
    check: () => checkTrail(store),
  };
}
