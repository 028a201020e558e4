import type { Alert, AlertCounts, AlertFilter, AlertOrder, AlertPage, AlertState } from '../model/alert.ts';
import type { Verdict } from '../model/exception.ts';
import { severities } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Store } from '../store/store.ts';
import { readAlert, selectAlerts } from './alertRow.ts';
import { whereOf } from './filter.ts';

export interface ListOptions {
  readonly order: AlertOrder;
  readonly limit: number;
  /** `next` of the page before; absent: the first page. */
  readonly cursor?: string;
}

/** Columns that an order goes by, the greatest first; the last is one of a kind. */
const orders: Readonly<Record<AlertOrder, readonly string[]>> = {
  priority: ['severity', 'score', 'id'],
  newest: ['id'],
  'last-seen': ['last_seen', 'id'],
};

/** One page of alerts. A cursor holds the place of the last alert, not a count, so that alerts that come meanwhile move
 *  nothing.
 *  @throws UserError `CURSOR_INVALID` */
export function listAlerts(store: Store, filter: AlertFilter, { order, limit, cursor }: ListOptions): AlertPage {
  const columns = orders[order];
  const { sql, values } = whereOf(filter);
  const names = columns.map((name) => `alert.${name}`).join(', ');
  const after = cursor === undefined ? [] : placeOf(cursor, order);
  const behind = after.length === 0 ? '' : `AND (${names}) < (${columns.map(() => '?').join(', ')})`;
  const rows = store
    .statement(`${selectAlerts} WHERE ${sql} ${behind}
      ORDER BY ${columns.map((name) => `alert.${name} DESC`).join(', ')} LIMIT ?`)
    .all(...values, ...after, limit + 1);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    alerts: page.map(readAlert),
    next:
      last === undefined
        ? null
        : cursorOf(
            order,
            columns.map((name) => last[name]),
          ),
  };
}

function cursorOf(order: AlertOrder, place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([order, ...place.map(String)])).toString('base64url');
}

function placeOf(cursor: string, order: AlertOrder): (bigint | number)[] {
  const invalid = () =>
    new UserError(
      'CURSOR_INVALID',
      'cursor',
      'this is no cursor of this list',
      'Take next of the page before, with the same order.',
    );
  let told: unknown;
  try {
    told = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalid();
  }
  const [of, ...place] = Array.isArray(told) ? told : [];
  const columns = orders[order];
  const numbers = place.every((part) => typeof part === 'string' && /^-?\d{1,19}(\.\d{1,20})?$/.test(part));
  if (of !== order || place.length !== columns.length || !numbers) throw invalid();
  return columns.map((name, index) => (name === 'score' ? Number(place[index]) : BigInt(place[index])));
}

/** How many alerts a filter has, of each state (whatever states it asks for), severity and verdict. */
export function countAlerts(store: Store, filter: AlertFilter): AlertCounts {
  const count = (by: string, of: AlertFilter) => {
    const { sql, values } = whereOf(of);
    const rows = store
      .statement(`SELECT ${by} AS part, count(*) AS n FROM alert WHERE ${sql} GROUP BY part`)
      .all(...values);
    return new Map(rows.map(({ part, n }) => [part, Number(n)]));
  };
  const each = <Part extends string>(parts: readonly Part[], found: ReadonlyMap<unknown, number>) =>
    Object.fromEntries(parts.map((part) => [part, found.get(part) ?? 0])) as Record<Part, number>;
  const states: AlertState[] = ['new', 'in-progress', 'closed', 'withdrawn', 'merged'];
  const verdicts: Verdict[] = ['true-positive', 'benign', 'false-match'];
  const bySeverity = count('severity', filter);
  return {
    total: [...bySeverity.values()].reduce((sum, n) => sum + n, 0),
    states: each(states, count('state', { ...filter, states })),
    severities: each(
      severities,
      new Map(severities.map((severity, rank) => [severity, bySeverity.get(BigInt(rank)) ?? 0])),
    ),
    verdicts: each(verdicts, count('verdict', { ...filter, states: ['closed'] })),
    hidden: count('hidden', { ...filter, hidden: 'only' }).get(1n) ?? 0,
  };
}

export interface ChangedAlerts {
  readonly alerts: readonly Alert[];
  /** The number of the trail's entry up to which this goes. */
  readonly upTo: number;
}

/** Alerts that something happened to after an entry of the trail, as they are now. */
export function changedAfter(store: Store, entry: number, limit: number): ChangedAlerts {
  const rows = store
    .statement("SELECT id, subject FROM trail WHERE id > ? AND subject LIKE 'alert:%' ORDER BY id LIMIT ?")
    .all(entry, limit);
  const ids = [...new Set(rows.map(({ subject }) => Number(String(subject).slice('alert:'.length))))];
  const alerts = store
    .statement(`${selectAlerts} WHERE alert.id IN (SELECT value FROM json_each(?)) ORDER BY alert.id`)
    .all(JSON.stringify(ids));
  return { alerts: alerts.map(readAlert), upTo: Number(rows.at(-1)?.id ?? entry) };
}
