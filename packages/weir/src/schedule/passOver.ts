import type { LiveLake } from '../live/liveLake.ts';
import type { Store } from '../store/store.ts';
import type { LiveRule } from './bringUp.ts';
import { closeGaps, openGap } from './gaps.ts';
import { standingState, writeRuleState } from './ruleState.ts';

/** Has a rule go on behind a tick whose runs fail again and again: that time (`first` to `until`) is a gap of its own, and so is
 *  what came since its last run for the ticks before. Times are ticks. Where nothing of the rule stands, nothing is done. */
export function passOver(
  { store, lake }: { readonly store: Store; readonly lake: Pick<LiveLake, 'snapshot'> },
  live: LiveRule,
  {
    first,
    until,
    at,
    why,
  }: { readonly first: bigint; readonly until: bigint; readonly at: bigint; readonly why: string },
): void {
  const snapshot = lake.snapshot();
  const { seq } = snapshot;
  snapshot.release();
  const { id } = live.rule;
  store.transaction(() => {
    const state = standingState(store, live, at);
    if (state?.looked === undefined) return;
    const { looked } = state;
    const last = looked.last < until ? until : looked.last;
    closeGaps(store, id, until, { at, anew: false, wholeSince: 0n, but: 'fusion' });
    const detail = `runs over it failed again and again, and the rule went on behind it, also without looking at what came late meanwhile: ${why}`;
    openGap(store, { rule: id, first, last: until, reason: 'skipped', detail }, at);
    writeRuleState(store, { ...state, looked: { ...looked, last }, seq, method: 'passed over', ranAt: at });
  });
}
