import type { Act, Alert, AlertChange, Changed } from '../model/alert.ts';
import type { AuditEntry } from '../model/audit.ts';
import type { Store } from '../store/store.ts';
import { readTrail } from '../store/trail.ts';
import { readAlert, selectAlerts } from './alertRow.ts';
import { record, subjectOf } from './record.ts';
import { type Refusal, refusalOf } from './refusal.ts';

/** An alert and the version of it that a person saw. A comment and tags need none. */
export interface Target {
  readonly id: number;
  readonly version?: number;
}

/** Does the same to some alerts, to each or not at all, in one transaction. */
export function changeAlerts(store: Store, targets: readonly Target[], change: AlertChange, act: Act): Changed[] {
  return store.transaction(() => targets.map((target) => changeOne(store, target, change, act)));
}

function changeOne(store: Store, { id, version }: Target, change: AlertChange, act: Act): Changed {
  const refused = (refusal: Refusal): Changed => ({ id, outcome: 'refused', ...refusal });
  const alert = alertById(store, id);
  if (alert === undefined)
    return refused({
      code: 'ALERT_UNKNOWN',
      message: `there is no alert ${id}`,
      advice: 'Take the number of an alert from the list.',
    });
  if (version !== undefined && version !== alert.version) {
    const since = readTrail(store, { subject: subjectOf(id), limit: 10_000 }).filter(
      ({ details }) => Number(details.version) > version,
    );
    return { id, outcome: 'stale', alert, since };
  }
  const refusal = refusalOf(alert, change, version);
  if (refusal !== undefined) return refused(refusal);
  const { columns, details } = differences(alert, change, act);
  if (Object.keys(details).length > 0) {
    const told = { ...act, action: actionOf(change, details), details, decisive: true };
    record(store, id, told, { ...columns, touched: 1 });
  }
  return { id, outcome: 'changed', alert: alertById(store, id) ?? alert };
}

export function alertById(store: Store, id: number): Alert | undefined {
  const row = store.statement(`${selectAlerts} WHERE alert.id = ?`).get(id);
  return row === undefined ? undefined : readAlert(row);
}

function differences(alert: Alert, change: AlertChange, { at }: Act) {
  const columns: Record<string, string | bigint | null> = {};
  const details: Record<string, string | number | boolean | null> = {};
  const { state = alert.state, assignee = alert.assignee, comment = '', addTags = [], removeTags = [] } = change;
  const verdict = state === 'closed' ? (change.verdict ?? alert.verdict) : null;
  if (state !== alert.state || verdict !== alert.verdict) {
    Object.assign(columns, { state, verdict, closed: state === 'closed' ? (alert.closed ?? at) : null });
    Object.assign(details, { state, from: alert.state, ...(verdict !== null && { verdict }) });
  }
  if (assignee !== alert.assignee) {
    columns.assignee = assignee;
    details.assignee = assignee;
  }
  if (comment.trim() !== '') details.comment = comment.trim();
  const added = [...new Set(addTags.map((tag) => tag.trim()))].filter((tag) => !alert.tags.includes(tag));
  const removed = alert.tags.filter((tag) => removeTags.includes(tag));
  if (added.length + removed.length > 0) {
    columns.tags_json = JSON.stringify([...alert.tags.filter((tag) => !removed.includes(tag)), ...added].toSorted());
    if (added.length > 0) details.tagged = added.join(', ');
    if (removed.length > 0) details.untagged = removed.join(', ');
  }
  return { columns, details };
}

/** By the weightiest part of a change. */
function actionOf({ state }: AlertChange, details: NonNullable<AuditEntry['details']>): string {
  if (details.state !== undefined) return state === 'closed' ? 'alert.closed' : 'alert.state';
  if (details.assignee !== undefined) return 'alert.assigned';
  return details.comment === undefined ? 'alert.tagged' : 'alert.commented';
}
