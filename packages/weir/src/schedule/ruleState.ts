import { ticksPerDay } from '@weir/kql/types';
import type { Store } from '../store/store.ts';

/** How far a rule has come. Times are ticks. */
export interface RuleState {
  readonly rule: string;
  readonly name: string;
  readonly revision: string;
  /** When this revision was first seen; what it finds in older times is retro. */
  readonly since: bigint;
  /** The ticks that were looked at; undefined: none yet. */
  readonly looked: { readonly first: bigint; readonly last: bigint } | undefined;
  /** The commit of the lake that it last saw. */
  readonly seq: bigint;
  readonly stamp: bigint;
  readonly timeless: string;
  readonly exceptions: string;
  /** How it last ran, in words; when, and for how long. */
  readonly method: string;
  readonly ranAt: bigint;
  readonly took: bigint;
}

export function ruleState(store: Store, rule: string): RuleState | undefined {
  const row = store.statement('SELECT * FROM rule_state WHERE rule = ?').get(rule);
  return row === undefined ? undefined : stateOf(row);
}

/** How far a revision of a rule has come, by now; undefined where nothing of it stands. Ticks that lie days ahead were looked at
 *  while the clock was wrong, before any row of their time came. */
export function standingState(
  store: Store,
  { rule, revision }: { readonly rule: { readonly id: string }; readonly revision: string },
  now: bigint,
): RuleState | undefined {
  const state = ruleState(store, rule.id);
  const ahead = state?.looked !== undefined && state.looked.last > now + ticksPerDay;
  return state?.revision === revision && !ahead ? state : undefined;
}

export function ruleStates(store: Store): RuleState[] {
  return store.statement('SELECT * FROM rule_state ORDER BY rule').all().map(stateOf);
}

export function writeRuleState(store: Store, state: RuleState): void {
  const { rule, name, revision, since, looked, seq, stamp, timeless, exceptions, method, ranAt, took } = state;
  store
    .statement('INSERT OR REPLACE INTO rule_state VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      ...[rule, name, revision, since, looked?.first ?? null, looked?.last ?? null, seq, stamp],
      ...[timeless, exceptions, method, ranAt, took],
    );
}

export function forgetRuleState(store: Store, rule: string): void {
  store.statement('DELETE FROM rule_state WHERE rule = ?').run(rule);
}

function stateOf(row: Record<string, unknown>): RuleState {
  const { first, last } = row as { first: bigint | null; last: bigint | null };
  return {
    rule: String(row.rule),
    name: String(row.name),
    revision: String(row.revision),
    since: row.since as bigint,
    looked: first === null || last === null ? undefined : { first, last },
    seq: row.seq as bigint,
    stamp: row.stamp as bigint,
    timeless: String(row.timeless),
    exceptions: String(row.exceptions),
    method: String(row.method),
    ranAt: row.ran_at as bigint,
    took: row.took as bigint,
  };
}
