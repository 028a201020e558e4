import type { Act } from '../../model/alert.ts';
import { UserError } from '../../model/userError.ts';
import type { Store } from '../../store/store.ts';
import { auditInto } from '../../store/trail.ts';

/** Who stopped a rule, when (ticks) and why. */
export interface Stop {
  readonly by: string;
  readonly at: bigint;
  readonly reason: string;
}

/** The rules that people stopped, by id: they are not run until somebody starts them. */
export function stoppedRules(store: Store): ReadonlyMap<string, Stop> {
  const rows = store.statement('SELECT rule, "by", at, reason FROM rule_stop').all();
  return new Map(
    rows.map((row) => [String(row.rule), { by: String(row.by), at: row.at as bigint, reason: String(row.reason) }]),
  );
}

/** Stops or starts a rule, and tells the trail why.
 *  @throws UserError where it is as is wanted already */
export function setRule(
  store: Store,
  rule: { readonly id: string; readonly name: string },
  { enabled, reason }: { readonly enabled: boolean; readonly reason: string },
  { actor, at }: Act,
): void {
  store.transaction(() => {
    if (stoppedRules(store).has(rule.id) !== enabled) {
      const state = enabled ? 'runs' : 'is stopped';
      throw new UserError('RULE_STATE_EXISTS', rule.id, `the rule ${state} already`, 'Look at it again.');
    }
    if (enabled) store.statement('DELETE FROM rule_stop WHERE rule = ?').run(rule.id);
    else
      store
        .statement('INSERT INTO rule_stop (rule, "by", at, reason) VALUES (?, ?, ?, ?)')
        .run(rule.id, actor, at, reason);
    const action = enabled ? 'rule.start' : 'rule.stop';
    auditInto(store)({ at, actor, action, subject: rule.id, details: { name: rule.name, reason } });
  });
}
