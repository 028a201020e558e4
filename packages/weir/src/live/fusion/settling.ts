import type { Span } from '../snapshot.ts';
import { wholeDays } from './clocks.ts';
import { aDay, around, reach } from './reaches.ts';
import type { Unsettled } from './remembered.ts';

/** When a span is settled, in ticks: it has been quiet for so long, or waits for so long. */
export interface Patience {
  readonly quiet: bigint;
  readonly most: bigint;
}

/** The first span that is due, with those after it that need most of the same rows. */
export function dueSpan(spans: readonly Unsettled[], now: bigint, { quiet, most }: Patience): Unsettled | undefined {
  const [first, ...later] = spans.filter(({ first, last }) => now - last >= quiet || now - first >= most);
  if (first === undefined) return undefined;
  let { until } = first;
  for (const next of later) if (next.from - until <= 5n * aDay) until = next.until;
  return { ...first, until };
}

/** What is to be fused so that a span's rows are right, where clocks are wrong by no more than `shift`: the rows whose
 *  results may be others (`core`), all that bears on them (`load`), and the days whose clocks these tell right. */
export function plan(
  { from, until }: Span,
  shift: bigint,
): { readonly core: Span; readonly load: Span; readonly days: Span } {
  const core = { from: from - reach - shift, until: until + reach + shift };
  // The events near the core are of days whose clocks hang on flows of the days around.
  const margin = reach + shift + aDay + around + reach;
  const load = { from: core.from - margin, until: core.until + margin };
  return { core, load, days: wholeDays({ from: load.from + around + reach, until: load.until - around - reach }) };
}
