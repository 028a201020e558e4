import type { Store } from '../store/store.ts';

/** Time that a rule should have looked at and did not: an error, never a quiet success. Times are ticks. */
export interface Gap {
  readonly rule: string;
  readonly first: bigint;
  readonly last: bigint;
  /** failed, time, memory: the rule is tried again until it succeeds over that time. behind: no run has come to it yet. fusion: rows were there that were no
   *  connections yet. flood: more was found than is told. skipped: runs failed again and again and were passed over. retention:
   *  its rows are gone. */
  readonly reason: 'failed' | 'time' | 'memory' | 'behind' | 'fusion' | 'flood' | 'skipped' | 'retention';
  /** In a sentence, for a person. */
  readonly detail: string;
  readonly openedAt: bigint;
  /** When the time was looked at after all, or the rule was removed; undefined while neither is so. */
  readonly closedAt: bigint | undefined;
}

/** Reasons of gaps that the rule leaves behind when it goes on. */
const lasting: readonly Gap['reason'][] = ['flood', 'skipped', 'retention'];

/** Reasons of the one gap of what a rule has yet to look at: it begins where the rule stands. */
const ahead: readonly Gap['reason'][] = ['failed', 'time', 'memory', 'behind'];

/** Whether the rule does not fail, and somebody should look: a part of what it should see is not seen, or not told. */
export function isLacking({ reason }: Gap): boolean {
  return reason === 'behind' || reason === 'fusion' || reason === 'flood' || reason === 'skipped';
}

/** Opens a gap, or widens the one that is open for the same reason: what a rule leaves behind is widened where it meets. What it
 *  has yet to look at is one gap, for the reason that is told last. */
export function openGap(store: Store, gap: Omit<Gap, 'openedAt' | 'closedAt'>, at: bigint): void {
  const { rule, first, last, reason, detail } = gap;
  const alike = ahead.includes(reason) ? ahead : [reason];
  const known = store
    .statement(`SELECT id FROM gap WHERE rule = ? AND reason IN (SELECT value FROM json_each(?)) AND closed_at IS NULL
      AND (NOT ? OR (first <= ? AND last >= ?))`)
    .get(rule, JSON.stringify(alike), Number(lasting.includes(reason)), last, first);
  if (known === undefined)
    store
      .statement('INSERT INTO gap (rule, first, last, reason, detail, opened_at) VALUES (?, ?, ?, ?, ?, ?)')
      .run(rule, first, last, reason, detail, at);
  else
    store
      .statement('UPDATE gap SET first = min(first, ?), last = max(last, ?), reason = ?, detail = ? WHERE id = ?')
      .run(first, last, reason, detail, known.id as bigint);
}

/** Says how much a rule has yet to look at by now. Where it failed at that, that stays the reason. */
export function openBehind(store: Store, gap: Omit<Gap, 'openedAt' | 'closedAt' | 'reason'>, at: bigint): void {
  const { rule, first, last } = gap;
  const { changes } = store
    .statement(`UPDATE gap SET first = ?, last = max(last, ?) WHERE rule = ? AND closed_at IS NULL
      AND reason IN (SELECT value FROM json_each(?))`)
    .run(first, last, rule, JSON.stringify(ahead));
  if (Number(changes) === 0) openGap(store, { ...gap, reason: 'behind' }, at);
}

/** Closes the gaps up to a tick that a rule has reached (undefined: whatever their ticks), but for those that nobody can close, and those of a reason that
 *  still stands (`but`). What the rule left behind a run over everything closes (`anew`), and the end of what is kept of those
 *  rows (`wholeSince`). */
export function closeGaps(
  store: Store,
  rule: string,
  until: bigint | undefined,
  {
    at,
    anew,
    wholeSince,
    but = '',
  }: { readonly at: bigint; readonly anew: boolean; readonly wholeSince: bigint; readonly but?: string },
): void {
  store
    .statement(
      `UPDATE gap SET closed_at = ? WHERE rule = ? AND closed_at IS NULL AND (? OR last <= ?) AND reason NOT IN ('retention', ?)
         AND (reason NOT IN ('flood', 'skipped') OR ? OR last < ?)`,
    )
    .run(at, rule, Number(until === undefined), until ?? 0n, but, Number(anew), wholeSince);
}

/** Opens the gap that a rule leaves behind, in the place of what it had yet to look at up to then: nobody has. The next tick
 *  that it is to look at is `next`. */
export function openLeft(
  store: Store,
  gap: Omit<Gap, 'openedAt' | 'closedAt' | 'reason'>,
  { next, at }: { readonly next: bigint; readonly at: bigint },
): void {
  const of = 'rule = ? AND closed_at IS NULL AND reason IN (SELECT value FROM json_each(?))';
  store.statement(`DELETE FROM gap WHERE ${of} AND last <= ?`).run(gap.rule, JSON.stringify(ahead), gap.last);
  store.statement(`UPDATE gap SET first = max(first, ?) WHERE ${of}`).run(next, gap.rule, JSON.stringify(ahead));
  openGap(store, { ...gap, reason: 'skipped' }, at);
}

/** Whether a rule has left time behind that it could look at. */
export function hasSkipped(store: Store, rule: string): boolean {
  const sql = `SELECT 1 FROM gap WHERE rule = ? AND reason = 'skipped' AND closed_at IS NULL`;
  return store.statement(sql).get(rule) !== undefined;
}

/** The last tick of the time that a rule has left behind; undefined where there is none. */
export function leftUntil(store: Store, rule: string): bigint | undefined {
  const sql = `SELECT max(last) AS last FROM gap WHERE rule = ? AND reason = 'skipped' AND closed_at IS NULL`;
  return (store.statement(sql).get(rule)?.last as bigint | null | undefined) ?? undefined;
}

/** Closes all gaps of rules that are not among these. */
export function closeRemoved(store: Store, rules: readonly string[], at: bigint): void {
  store
    .statement(`UPDATE gap SET closed_at = ?, detail = detail || '; the rule was removed'
      WHERE closed_at IS NULL AND rule NOT IN (SELECT value FROM json_each(?))`)
    .run(at, JSON.stringify(rules));
}

/** The newest first. */
export function gapsOf(store: Store, { open }: { readonly open: boolean }): Gap[] {
  const rows = store.statement(`SELECT * FROM gap ${open ? 'WHERE closed_at IS NULL' : ''} ORDER BY id DESC`).all();
  return rows.map(asGap);
}

export interface GapQuery {
  readonly rule?: string;
  /** Only those that are open, or only those that are closed. */
  readonly open?: boolean;
  /** Only those with smaller numbers. */
  readonly before?: number;
  readonly limit: number;
}

/** A page of gaps with their numbers, the newest first. */
export function gapPage(store: Store, { rule, open, before, limit }: GapQuery): (Gap & { readonly id: number })[] {
  const rows = store
    .statement(`SELECT * FROM gap WHERE (?1 IS NULL OR rule = ?1) AND (?2 IS NULL OR (closed_at IS NULL) = ?2)
      AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4`)
    .all(rule ?? null, open === undefined ? null : Number(open), before ?? null, limit);
  return rows.map((row) => ({ id: Number(row.id), ...asGap(row) }));
}

function asGap(row: Record<string, unknown>): Gap {
  return {
    rule: String(row.rule),
    first: row.first as bigint,
    last: row.last as bigint,
    reason: row.reason as Gap['reason'],
    detail: String(row.detail),
    openedAt: row.opened_at as bigint,
    closedAt: (row.closed_at as bigint | null) ?? undefined,
  };
}
