import type { Usual } from '../api/entities.ts';
import { longOf } from '../words/figures.ts';
import type { Timeline } from './timeline.ts';

const day = 86_400_000;

/** What is usual in a span (milliseconds), if a usual day were spread evenly; undefined where it is not known of days. */
export function rateOf(usual: Usual, span: number): { readonly median: number; readonly p90: number } | undefined {
  const { median, p90, isLearning } = usual;
  if (median === null || p90 === null || isLearning) return undefined;
  const share = span / day;
  return { median: Number(longOf(median)) * share, p90: Number(longOf(p90)) * share };
}

/** The end of the bar by which one day's bytes passed what nine days in ten send in all (milliseconds since 1970), of the
 *  first day on which they did. What nobody counted comes on top, so that it was no later. Undefined: they did not, or
 *  it is not known. */
export function passedAt({ bins, width }: Timeline, usual: Usual): number | undefined {
  const { p90, isLearning } = usual;
  if (p90 === null || isLearning || width > day) return undefined;
  const most = Number(longOf(p90));
  let today = Number.NaN;
  let sum = 0;
  for (const { from, sent } of bins) {
    const its = Math.floor(from / day);
    sum = its === today ? sum + sent : sent;
    today = its;
    if (sum > most) return from + width;
  }
  return undefined;
}
