import type { Span } from '../snapshot.ts';
import { daysOf, spanOf } from './clocks.ts';
import { aDay, around, reach, usualLife } from './reaches.ts';
import type { Unsettled } from './remembered.ts';

/** When a span is settled, in ticks: it has been quiet for so long, or waits for so long. */
export interface Patience {
  readonly quiet: bigint;
  readonly most: bigint;
}

/** The first span that is due, with those after it that `fits` lets be settled at once. */
export function dueSpan(
  spans: readonly Unsettled[],
  now: bigint,
  { quiet, most }: Patience,
  fits: (span: Span) => boolean,
): Unsettled | undefined {
  const [first, ...later] = spans.filter(({ first, last }) => now - last >= quiet || now - first >= most);
  if (first === undefined) return undefined;
  let { until } = first;
  for (const next of later) {
    // Those that are near each other need most of the same rows.
    if (next.from - until > 2n * (2n * reach + usualLife) && !fits({ from: first.from, until: next.until })) break;
    until = next.until;
  }
  return { ...first, until };
}

/** What is to be read so that a span's rows are right, where clocks put no more than `spread` between two rows: those whose
 *  results may be others (`core`), all that bears on them (`load`), the days whose clocks the span's rows may tell or these
 *  rows have, and the rows that tell these (`witnesses`). */
export function plan(
  span: Span,
  spread: bigint,
): { readonly core: Span; readonly load: Span; readonly days: Span; readonly witnesses: Span } {
  const core = longer(span, reach + spread);
  const load = longer(core, reach + usualLife + spread);
  const days = daysOf(longer(load.until - span.until > around ? load : longer(span, around), spread));
  return { core, load, days, witnesses: longer(spanOf(days), around + reach + spread) };
}

function longer({ from, until }: Span, by: bigint): Span {
  return { from: from - by, until: until + by };
}

/** As much of a span as is settled at once where all of it is much: a day from the first time in it that a row has. */
export function firstDay(span: Span, first: bigint | undefined): Span {
  if (first === undefined) return span;
  const until = (first > span.from ? first : span.from) + aDay;
  return until < span.until ? { from: span.from, until } : span;
}
