import type { RuleFindings } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { keptEvidence } from './evidence.ts';
import { figuresOf, fingerprintOf, isTenfold, rankOf, withOlder } from './figures.ts';
import type { KnownAlert } from './known.ts';
import { type NotifyPolicy, tellGrowth } from './notices.ts';
import { record, refresh, subjectOf } from './record.ts';
import type { Story } from './stories.ts';
import { storedEvidence, storedFinding, storeStory } from './story.ts';

/** Whether a closed alert's story has evidence that whoever closed it had not seen, or is graver than it was then. Bytes that
 *  become known for what was seen are neither. */
export function goesOn(store: Store, closed: KnownAlert, { told }: Story): boolean {
  if (fingerprintOf(told) === closed.fingerprint) return false;
  const { finding } = told;
  if (finding.lastSeen > closed.lastSeen || rankOf(finding) > closed.severity) return true;
  const before = storedFinding(store, closed.id);
  return finding.connections > before.connections || finding.evidence.count > before.evidence.count;
}

/** Brings an alert to what its finding is now. Says whether anything changed. */
export function grow(
  store: Store,
  policy: NotifyPolicy,
  run: RuleFindings,
  alert: KnownAlert,
  { told }: Story,
): boolean {
  const { at, rule, revision, wholeSince, canary = false } = run;
  const { id } = alert;
  const weir = (action: string, decisive: boolean) => ({ at, actor: 'weir', action, decisive });
  const closed = alert.state === 'closed';
  const hiddenBy = told.hiddenBy ?? [];
  const changes = fingerprintOf(told) !== alert.fingerprint;
  const exceptions = hiddenBy.join('\n') !== alert.hiddenBy.join('\n');
  if (revision !== alert.revision) store.statement('UPDATE alert SET revision = ? WHERE id = ?').run(revision, id);
  if (!changes && !exceptions && !alert.gone) return false;
  if (alert.gone) {
    const fresh = alert.state === 'withdrawn' ? { state: 'new', told_severity: null, told_bytes: null } : {};
    record(store, id, weir('alert.returned', true), { gone_at: null, gone_because: null, ...fresh });
  }
  // What whoever closed it saw never shrinks behind them, so that evidence counts as new once.
  const partly = closed || (alert.firstSeen < wholeSince && told.finding.firstSeen > alert.firstSeen);
  const finding = partly ? withOlder(storedFinding(store, id), told.finding) : told.finding;
  if (changes) {
    const evidence = keptEvidence(told, storedEvidence(store, id) ?? null, partly);
    storeStory(store, id, { finding, evidence, columns: told.columns, facets: told.facets });
    const decisive = rankOf(finding) !== alert.severity || isTenfold(alert.versionBytes, finding.bytesSent);
    const sent = finding.bytesSent === null ? null : String(finding.bytesSent);
    const columns = {
      ...{ finding: told.finding.id, fingerprint: fingerprintOf(told), title: finding.title },
      ...{ severity: rankOf(finding), score: finding.score },
      ...{ first_seen: finding.firstSeen, last_seen: finding.lastSeen },
      ...(decisive || !alert.versionBytes ? { version_bytes: sent } : {}),
    };
    if (decisive || !grewLately(store, id, at))
      record(store, id, { ...weir('alert.updated', decisive), details: figuresOf(finding) }, columns);
    else refresh(store, id, at, columns);
  }
  if (exceptions) {
    const action = hiddenBy.length > 0 ? 'alert.hidden' : 'alert.shown';
    const details = { exceptions: (hiddenBy.length > 0 ? hiddenBy : alert.hiddenBy).join(', ') };
    const columns = { hidden: Number(hiddenBy.length > 0), hidden_by_json: JSON.stringify(hiddenBy) };
    record(store, id, { ...weir(action, true), details }, columns);
  }
  if (closed || canary || hiddenBy.length > 0) return true;
  const back = alert.hiddenBy.length > 0;
  tellGrowth(store, policy, {
    ...{ id, at, rule: rule.id, finding, opened: alert.opened, follows: alert.follows },
    told: alert.state === 'withdrawn' ? null : alert.told,
    together: told.retro === true ? 'retro' : back ? 'exception-ended' : null,
  });
  return true;
}

/** The trail tells mere growth of an alert once in so long: of a story that goes on for weeks each run of its rule finds more. */
const growthEvery = 36_000_000_000n;

function grewLately(store: Store, id: number, at: bigint): boolean {
  const row = store
    .statement("SELECT at FROM trail WHERE subject = ? AND action = 'alert.updated' ORDER BY id DESC LIMIT 1")
    .get(subjectOf(id));
  const last = row?.at as bigint | undefined;
  return last !== undefined && last <= at && at - last < growthEvery;
}
