import { tickAtOrAfter } from '../detect/ticks.ts';
import { type LiveRule, readTables, type Surroundings } from './bringUp.ts';
import { openLeft } from './gaps.ts';
import { standingState, writeRuleState } from './ruleState.ts';

/** Has a rule go on behind ticks whose runs fail again and again: that time (`first` to `until`) is a gap of its own, from the
 *  first tick on that sees a row which came since its last run. Times are ticks. Where nothing of the rule stands, nothing is done. */
export function passOver(
  around: Surroundings,
  live: LiveRule,
  {
    first,
    until,
    at,
    why,
  }: { readonly first: bigint; readonly until: bigint; readonly at: bigint; readonly why: string },
): void {
  const { store, lake, schema } = around;
  const { id, schedule } = live.rule;
  const state = standingState(store, live, at);
  if (state?.looked === undefined) return;
  const { looked } = state;
  const snapshot = lake.snapshot();
  const { seq } = snapshot;
  const { from } = snapshot.cameAfter(readTables(live.rule, schema), state.seq);
  snapshot.release();
  const late = from === undefined || from > looked.last ? undefined : tickAtOrAfter(from, schedule.frequency);
  const touched = late !== undefined && late < looked.first ? looked.first : late;
  const begins = touched !== undefined && touched < first ? touched : first;
  store.transaction(() => {
    const detail = `runs over it failed again and again, and the rule went on behind it, also without looking at what came late meanwhile; it is looked at again later: ${why}`;
    openLeft(store, { rule: id, first: begins, last: until, detail }, { next: until + schedule.frequency, at });
    writeRuleState(store, {
      ...state,
      ...{ looked: { ...looked, last: looked.last < until ? until : looked.last }, seq },
      ...{ method: 'passed over', ranAt: at },
    });
  });
}
