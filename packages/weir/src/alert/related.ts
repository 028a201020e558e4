import type { EntityKind, RelatedAlert } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { readAlert, selectAlerts } from './alertRow.ts';

/** Alerts that share a device, an account or a destination with one, those that share most and were seen last first. What
 *  else they share is told with them; many programs and services are everybody's, and relate nothing alone. */
export function relatedAlerts(store: Store, id: number, limit: number): RelatedAlert[] {
  const rows = store
    .statement(`WITH shared AS (
        SELECT other.alert, json_group_array(json_object('kind', own.kind, 'value', own.value)) AS shared, count(*) AS n
        FROM alert_entity AS own JOIN alert_entity AS other ON own.kind = other.kind AND own.value = other.value
        WHERE own.alert = ? AND other.alert <> own.alert
        GROUP BY other.alert HAVING max(own.kind IN ('device', 'account', 'destination')) = 1
      )
      SELECT told.*, shared.shared FROM (${selectAlerts} WHERE alert.id IN (SELECT alert FROM shared)) AS told
        JOIN shared ON shared.alert = told.id
      WHERE told.state <> 'merged'
      ORDER BY shared.n DESC, told.last_seen DESC, told.id DESC LIMIT ?`)
    .all(id, limit);
  return rows.map((row) => ({
    alert: readAlert(row),
    shared: (JSON.parse(String(row.shared)) as { kind: EntityKind; value: string }[]).toSorted((a, b) =>
      a.kind < b.kind ? -1 : 1,
    ),
  }));
}
