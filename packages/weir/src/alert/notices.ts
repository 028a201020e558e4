import { type Finding, type Severity, severities } from '../model/finding.ts';
import type { Notice, NoticeCause, ToldAlert, ToldException } from '../model/notice.ts';
import type { Store } from '../store/store.ts';
import { isTenfold, rankOf } from './figures.ts';
import { readLongs, withLongs } from './findingJson.ts';
import type { KnownAlert } from './known.ts';

export interface NotifyPolicy {
  /** What is less is told to nobody. */
  readonly floor: Severity;
}

/** What is told of an alert that came to be what it is in one application. */
export interface Telling {
  readonly id: number;
  readonly at: bigint;
  readonly rule: string;
  readonly finding: Finding;
  readonly opened: bigint;
  readonly follows: number | null;
  readonly told: KnownAlert['told'];
  readonly together: Notice['together'];
}

/** Rows of evidence in a notice. */
const rowsTold = 5;

/** Writes the notice that an alert that stands deserves: the first one, or one of growth beyond what was told. */
export function tellGrowth(store: Store, { floor }: NotifyPolicy, telling: Telling): void {
  const { finding, told } = telling;
  const severity = rankOf(finding);
  if (severity < severities.indexOf(floor)) return;
  if (told === null) tell(store, telling, 'raised', '');
  else if (severity > told.severity) tell(store, telling, 'grew', `it was ${severities[told.severity]}`);
  else if (isTenfold(told.bytes, finding.bytesSent)) tell(store, telling, 'grew', 'it sent ten times as much and more');
  // What was told without a figure grows from the first one that is known.
  else if (!told.bytes && finding.bytesSent)
    store.statement('UPDATE alert SET told_bytes = ? WHERE id = ?').run(String(finding.bytesSent), telling.id);
}

/** Writes that an alert that was told does not hold. */
export function tellWithdrawal(store: Store, telling: Telling, because: string): void {
  if (telling.told !== null) tell(store, telling, 'withdrawn', because);
}

function tell(store: Store, telling: Telling, cause: NoticeCause, because: string): void {
  const { id, at, rule, finding, opened, follows, together, told } = telling;
  const { evidence } = finding;
  const json = withLongs({
    ...{ alert: id, opened, follows, because },
    finding: { ...finding, evidence: { ...evidence, eventIds: [], sample: evidence.sample.slice(-rowsTold) } },
  });
  writeNotice(store, {
    at,
    cause,
    alert: id,
    rule,
    ruleName: finding.rule.name,
    // Whoever was told of it is told, however little it came to be since.
    severity: cause === 'withdrawn' ? Math.max(rankOf(finding), told?.severity ?? 0) : rankOf(finding),
    score: finding.score,
    together,
    json,
  });
  const bytes = finding.bytesSent === null ? null : String(finding.bytesSent);
  store
    .statement('UPDATE alert SET told_severity = ?, told_bytes = ? WHERE id = ?')
    .run(...(cause === 'withdrawn' ? [null, null] : [rankOf(finding), bytes]), id);
}

export interface WrittenNotice {
  readonly at: bigint;
  readonly cause: NoticeCause;
  readonly alert: number | null;
  readonly rule: string;
  readonly ruleName: string;
  readonly severity: number;
  readonly score: number;
  readonly together: Notice['together'];
  readonly json: string;
}

export function writeNotice(store: Store, notice: WrittenNotice): void {
  const { at, cause, alert, rule, ruleName, severity, score, together, json } = notice;
  store
    .statement(`INSERT INTO notice (at, cause, alert, rule, rule_name, severity, score, together, told_json)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(at, cause, alert, rule, ruleName, severity, score, together, json);
}

/** Notices by number; those that are not there are left out. */
export function readNotices(store: Store, ids: readonly number[]): Notice[] {
  return store
    .statement('SELECT * FROM notice WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id')
    .all(JSON.stringify(ids))
    .map((row) => ({
      id: Number(row.id),
      at: row.at as bigint,
      cause: row.cause as NoticeCause,
      rule: String(row.rule),
      severity: severities[Number(row.severity)] as Severity,
      score: Number(row.score),
      together: row.together as Notice['together'],
      told: readLongs<ToldAlert | ToldException>(String(row.told_json)),
    }));
}
