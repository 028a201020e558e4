import type { Alert, AlertState } from '../model/alert.ts';
import type { Verdict } from '../model/exception.ts';
import { readLongs } from './findingJson.ts';

/** An alert with its story, as `readAlert` takes it; a query adds its own WHERE, ORDER BY and LIMIT. */
export const selectAlerts = `SELECT alert.*, story.finding_json,
  (SELECT later.id FROM alert AS later WHERE later.follows = alert.id) AS followed_by
  FROM alert JOIN alert_story AS story ON story.alert = alert.id`;

export function readAlert(row: Record<string, unknown>): Alert {
  const number = (value: unknown) => (value === null ? null : Number(value));
  return {
    id: Number(row.id),
    version: Number(row.version),
    state: row.state as AlertState,
    verdict: row.verdict as Verdict | null,
    assignee: row.assignee as string | null,
    tags: JSON.parse(String(row.tags_json)),
    touched: row.touched === 1n,
    retro: row.retro === 1n,
    canary: row.canary === 1n,
    hiddenBy: JSON.parse(String(row.hidden_by_json)),
    finding: readLongs(String(row.finding_json)),
    opened: row.opened as bigint,
    changed: row.changed as bigint,
    closed: row.closed as bigint | null,
    gone: row.gone_at === null ? null : { at: row.gone_at as bigint, because: String(row.gone_because) },
    follows: number(row.follows),
    mergedInto: number(row.merged_into),
    followedBy: number(row.followed_by),
  };
}
