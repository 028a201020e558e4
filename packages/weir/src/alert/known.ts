import type { AlertState, RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';

/** What `apply` knows of an alert before it looks at its story. Times are ticks. */
export interface KnownAlert {
  readonly id: number;
  readonly state: AlertState;
  readonly revision: string;
  readonly touched: boolean;
  readonly retro: boolean;
  readonly assignee: string | null;
  readonly tags: readonly string[];
  readonly hiddenBy: readonly string[];
  /** Place in `severities`. */
  readonly severity: number;
  readonly firstSeen: bigint;
  readonly lastSeen: bigint;
  readonly fingerprint: string;
  readonly gone: boolean;
  readonly opened: bigint;
  readonly follows: number | null;
  readonly told: { readonly severity: number; readonly bytes: bigint | null } | null;
  /** Bytes sent when its version was last raised. */
  readonly versionBytes: bigint | null;
}

const tells = `state <> 'merged' AND NOT EXISTS (SELECT 1 FROM alert AS later WHERE later.follows = alert.id)`;

/** The rule's alerts, or those of canaries, that reach into the time of which all is kept, or those of them whose finding is gone: without those
 *  that were merged, and without closed ones whose story another alert has taken up. */
export function recentAlerts(
  store: Store,
  { rule, wholeSince, canary = false }: Pick<RuleFindings, 'rule' | 'wholeSince' | 'canary'>,
  gone = false,
): KnownAlert[] {
  const only = gone ? 'AND gone_at IS NOT NULL' : '';
  return store
    .statement(`SELECT * FROM alert WHERE rule = ? AND last_seen >= ? AND canary = ? ${only} AND ${tells}`)
    .all(rule.id, wholeSince, Number(canary))
    .map(known);
}

export function knownAlert(store: Store, id: number): KnownAlert {
  const row = store.statement('SELECT * FROM alert WHERE id = ?').get(id);
  if (row === undefined) throw new Error(`alert ${id} is named and not there`);
  return known(row);
}

/** The alert that tells a finding's story now. */
export function alertOfFinding(store: Store, rule: string, finding: string): number | undefined {
  const row = store.statement('SELECT alert FROM alert_finding WHERE rule = ? AND finding = ?').get(rule, finding);
  return row === undefined ? undefined : Number(row.alert);
}

function known(row: Record<string, unknown>): KnownAlert {
  const long = (value: unknown) => (value === null ? null : BigInt(String(value)));
  const toldBytes = long(row.told_bytes);
  return {
    id: Number(row.id),
    state: row.state as AlertState,
    revision: String(row.revision),
    touched: row.touched === 1n,
    retro: row.retro === 1n,
    assignee: row.assignee as string | null,
    tags: JSON.parse(String(row.tags_json)),
    hiddenBy: JSON.parse(String(row.hidden_by_json)),
    severity: Number(row.severity),
    firstSeen: row.first_seen as bigint,
    lastSeen: row.last_seen as bigint,
    fingerprint: String(row.fingerprint),
    gone: row.gone_at !== null,
    opened: row.opened as bigint,
    follows: row.follows === null ? null : Number(row.follows),
    told: row.told_severity === null ? null : { severity: Number(row.told_severity), bytes: toldBytes },
    versionBytes: long(row.version_bytes),
  };
}
