import { tickAtOrAfter } from '../detect/ticks.ts';
import type { Store } from '../store/store.ts';
import type { LiveRule } from './bringUp.ts';
import { openBehind } from './gaps.ts';
import { type RuleState, ruleStates } from './ruleState.ts';

const minute = 600_000_000n;
const hour = 60n * minute;

/** Opens, or widens, a gap for each rule that should have looked at a tick for long and has not, for whatever reason: its runs
 *  take longer than they are apart, it waits for others, or its engine does not let go of it. A tick is late by as long as
 *  another is apart from it, by no more than an hour, and a minute: what is late by less is as usual where much comes at once.
 *  Whatever revision looked counts; of a rule that is new nothing is said. Times are ticks. */
export function noteBehind(
  store: Store,
  rules: readonly LiveRule[],
  { now, delay }: { readonly now: bigint; readonly delay: bigint },
): void {
  const states = new Map(ruleStates(store).map((state) => [state.rule, state]));
  for (const { rule } of rules) {
    const state = states.get(rule.id);
    if (state === undefined) continue;
    const { frequency } = rule.schedule;
    const first = tickAtOrAfter(lastOf(state) + 1n, frequency);
    if (now - delay - first <= (frequency < hour ? frequency : hour) + minute) continue;
    const last = ((now - delay) / frequency) * frequency;
    openBehind(store, { rule: rule.id, first, last, detail }, now);
  }
}

const detail =
  'no run has looked at these ticks yet: its runs take long or wait for others, as after a start or an upgrade; it closes once one does';

/** The last tick that a rule has looked at, or that would have been looked at where there was no row yet. */
function lastOf({ looked, ranAt, took }: RuleState): bigint {
  return looked?.last ?? ranAt - took;
}
