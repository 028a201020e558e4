import type { Store } from '../store/store.ts';

/** What a rule's file said from some moment on. */
export interface RuleVersion {
  /** The rule's id. */
  readonly rule: string;
  /** From 1 for each rule. */
  readonly number: number;
  /** Ticks. */
  readonly at: bigint;
  /** Who saved it; null: it was found in the file. */
  readonly by: string | null;
  /** Shipped: it came with Weir. File: somebody wrote it there. Page: it was saved through the API. */
  readonly origin: 'shipped' | 'file' | 'page';
  readonly reason: string;
  /** Why it is not what runs; empty where it is, or was. */
  readonly problem: string;
  readonly path: string;
  /** The file that went for it: somebody's own copy, so that the shipped rule runs again. */
  readonly drops: string | null;
}

export interface RuleVersionText extends RuleVersion {
  readonly text: string;
}

const told = 'rule, number, at, "by", origin, reason, problem, path, drops';

/** A rule's versions, the latest first. */
export function ruleVersions(store: Store, rule: string): RuleVersion[] {
  return store
    .statement(`SELECT ${told} FROM rule_version WHERE rule = ? AND pending = 0 ORDER BY number DESC`)
    .all(rule)
    .map(versionOf);
}

export function ruleVersion(store: Store, rule: string, number: number): RuleVersionText | undefined {
  const row = store
    .statement(`SELECT ${told}, text FROM rule_version WHERE rule = ? AND pending = 0 AND number = ?`)
    .get(rule, number);
  return row && { ...versionOf(row), text: String(row.text) };
}

export function lastRuleVersion(store: Store, rule: string): RuleVersionText | undefined {
  const row = store
    .statement(`SELECT ${told}, text FROM rule_version WHERE rule = ? AND pending = 0 ORDER BY number DESC LIMIT 1`)
    .get(rule);
  return row && { ...versionOf(row), text: String(row.text) };
}

/** What Weir shipped as a rule when a version last said so. */
export function lastShippedText(store: Store, rule: string): string | undefined {
  const row = store
    .statement(
      `SELECT text FROM rule_version WHERE rule = ? AND pending = 0 AND (origin = 'shipped' OR drops IS NOT NULL)
         ORDER BY number DESC LIMIT 1`,
    )
    .get(rule);
  return row && String(row.text);
}

/** Adds the next version, inside of the caller's transaction; `pending`: its file does not hold it yet. */
export function addRuleVersion(
  store: Store,
  { rule, at, by, origin, reason, problem, path, drops, text }: Omit<RuleVersionText, 'number'>,
  { pending }: { readonly pending: boolean },
): number {
  const last = store.statement('SELECT max(number) AS last FROM rule_version WHERE rule = ?').get(rule)?.last ?? 0n;
  const number = Number(last) + 1;
  store
    .statement(`INSERT INTO rule_version (${told}, text, pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(rule, number, at, by, origin, reason, problem, path, drops, text, pending ? 1 : 0);
  return number;
}

/** Those that were about to be written into their files. */
export function pendingRuleVersions(store: Store): RuleVersionText[] {
  return store
    .statement(`SELECT ${told}, text FROM rule_version WHERE pending = 1`)
    .all()
    .map((row) => ({ ...versionOf(row), text: String(row.text) }));
}

/** Its file holds it. */
export function keepRuleVersion(store: Store, { rule, number }: Pick<RuleVersion, 'rule' | 'number'>): void {
  store.statement('UPDATE rule_version SET pending = 0 WHERE rule = ? AND number = ?').run(rule, number);
}

/** Its file will not hold it. */
export function dropRuleVersion(store: Store, { rule, number }: Pick<RuleVersion, 'rule' | 'number'>): void {
  store.statement('DELETE FROM rule_version WHERE rule = ? AND number = ? AND pending = 1').run(rule, number);
}

/** Says why it is not what runs, or that it is. */
export function setRuleProblem(store: Store, { rule, number, problem }: RuleVersion): void {
  store.statement('UPDATE rule_version SET problem = ? WHERE rule = ? AND number = ?').run(problem, rule, number);
}

function versionOf(row: Record<string, unknown>): RuleVersion {
  return {
    rule: String(row.rule),
    number: Number(row.number),
    at: row.at as bigint,
    by: row.by === null ? null : String(row.by),
    origin: row.origin as RuleVersion['origin'],
    reason: String(row.reason),
    problem: String(row.problem),
    path: String(row.path),
    drops: row.drops === null ? null : String(row.drops),
  };
}
