import type { RuleFindings, ToldFinding } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { alertOfFinding, type KnownAlert, knownAlert, recentAlerts } from './known.ts';

/** A finding as it is told now, and the alerts that told its story so far, the oldest first; none: it is new. */
export interface Story {
  readonly told: ToldFinding;
  readonly alerts: readonly KnownAlert[];
}

/** Finds each finding's alerts: by its id, by its aliases, and, for alerts whose ids are told no longer, by the evidence that
 *  they share. So a story goes on when its earliest row, after which it is named, comes late or is no longer kept; when a
 *  late row makes two stories one; and when it is learnt who an address was. `lost` are alerts whose story is told no longer
 *  and was when it was last looked at. */
export function storiesOf(
  store: Store,
  run: RuleFindings,
): { readonly told: readonly Story[]; readonly lost: readonly KnownAlert[] } {
  const { rule, findings } = run;
  const ordered = findings.toSorted(
    ({ finding: a }, { finding: b }) => compare(a.firstSeen, b.firstSeen) || compare(a.id, b.id),
  );
  const claims = new Claims();
  const claimById = (told: ToldFinding, id: string) => {
    const alert = alertOfFinding(store, rule.id, id);
    if (alert !== undefined && !claims.has(alert)) claims.claim(told, knownAlert(store, alert));
  };
  for (const told of ordered) claimById(told, told.finding.id);
  for (const told of ordered) for (const alias of told.aliases ?? []) claimById(told, alias);
  const fresh = ordered.some((told) => claims.of(told).length === 0);
  const missing = judgedAlerts(store, run, fresh).filter(({ id }) => !claims.has(id));
  claimByEvidence(store, ordered, missing, claims);
  return {
    told: ordered.map((told) => ({ told, alerts: claims.of(told) })),
    lost: missing.filter(({ id, gone }) => !gone && !claims.has(id)),
  };
}

/** Alerts whose findings should be told if they still hold, and, where a finding has no alert yet, those that are gone. */
function judgedAlerts(store: Store, run: RuleFindings, fresh: boolean): KnownAlert[] {
  const { rule, judged } = run;
  if (judged === undefined) return recentAlerts(store, run);
  const ids = judged.map((id) => alertOfFinding(store, rule.id, id)).filter((id) => id !== undefined);
  const looked = [...new Set(ids)].map((id) => knownAlert(store, id));
  const known = new Set(ids);
  const gone = fresh ? recentAlerts(store, run, true).filter(({ id }) => !known.has(id)) : [];
  return [...looked, ...gone];
}

/** Each alert tells one story. */
class Claims {
  readonly #claimed = new Set<number>();
  readonly #alerts = new Map<ToldFinding, KnownAlert[]>();

  claim(told: ToldFinding, alert: KnownAlert): void {
    if (this.has(alert.id)) return;
    this.#claimed.add(alert.id);
    this.#alerts.set(told, [...this.of(told), alert]);
  }

  has(id: number): boolean {
    return this.#claimed.has(id);
  }

  of(told: ToldFinding): readonly KnownAlert[] {
    return (this.#alerts.get(told) ?? []).toSorted((a, b) => a.id - b.id);
  }
}

/** An alert that is gone already is only taken up by a finding that has no alert. */
function claimByEvidence(
  store: Store,
  findings: readonly ToldFinding[],
  missing: readonly KnownAlert[],
  claims: Claims,
): void {
  const fresh = findings.filter((told) => claims.of(told).length === 0);
  const earliest = fresh[0]?.finding.firstSeen;
  const candidates = missing.filter(({ gone, lastSeen }) => !gone || (earliest !== undefined && lastSeen >= earliest));
  if (candidates.length === 0) return;
  const owners = new Map(candidates.flatMap((alert) => eventIds(store, alert).map((id) => [id, alert] as const)));
  const isFresh = new Set(fresh);
  for (const told of findings) {
    for (const id of told.finding.evidence.eventIds) {
      const alert = owners.get(id);
      if (alert !== undefined && (!alert.gone || isFresh.has(told))) claims.claim(told, alert);
    }
  }
}

function eventIds(store: Store, { id }: KnownAlert): string[] {
  const row = store.statement('SELECT event_ids_json FROM alert_story WHERE alert = ?').get(id);
  return JSON.parse(String(row?.event_ids_json ?? '[]'));
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
