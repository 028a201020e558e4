import type { Store } from '../store/store.ts';

/** What Weir shipped when each copy of a shipped rule was made, or was last held against it; by the rule's id. */
export function ruleCopies(store: Store): ReadonlyMap<string, string> {
  const rows = store.statement('SELECT rule, shipped FROM rule_copy').all();
  return new Map(rows.map(({ rule, shipped }) => [String(rule), String(shipped)]));
}

/** A copy is held against what Weir ships. */
export function setRuleCopy(store: Store, rule: string, shipped: string): void {
  store.statement('INSERT OR REPLACE INTO rule_copy (rule, shipped) VALUES (?, ?)').run(rule, shipped);
}

/** There is no copy any more. */
export function endRuleCopy(store: Store, rule: string): void {
  store.statement('DELETE FROM rule_copy WHERE rule = ?').run(rule);
}
