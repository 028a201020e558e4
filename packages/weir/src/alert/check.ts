import type { Store } from '../store/store.ts';
import { checkTrail, type TrailCheck } from '../store/trail.ts';

export interface AlertsCheck {
  readonly trail: TrailCheck;
  /** Alerts that were changed past the trail. */
  readonly untold: readonly number[];
}

/** Reads the trail again, and holds each alert to it: as many entries as it was changed, and the last state that they tell. */
export async function checkAlerts(store: Store): Promise<AlertsCheck> {
  const rows = store
    .statement(`WITH told AS (
        SELECT CAST(substr(subject, 7) AS INTEGER) AS alert, count(*) AS n, max(details_json ->> 'version') AS version
        FROM trail WHERE subject LIKE 'alert:%' GROUP BY subject
      )
      SELECT id FROM alert LEFT JOIN told ON told.alert = alert.id
      WHERE told.n IS NOT alert.entries OR told.version IS NOT alert.version ORDER BY id LIMIT 100`)
    .all();
  return { trail: await checkTrail(store), untold: rows.map(({ id }) => Number(id)) };
}
