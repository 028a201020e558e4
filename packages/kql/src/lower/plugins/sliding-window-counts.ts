import type { Defined } from '../../plan/relation.ts';
import { refuse } from '../context.ts';
import { summarized } from '../each-part.ts';
import { resultNames } from '../named.ts';
import { operator } from '../scalar-operator.ts';
import { passed, reference, withHidden } from '../table.ts';
import type { Plugin } from './arguments.ts';
import { aggregate, binOf, both, certainly, compared, either, later, size, timelineOf, times } from './timeline.ts';

/** `sliding_window_counts(Id, Time, Start, End, Lookback, Bin, dimensions…)`: for each bin the rows and the different
 *  ids of the window that ends with it. Rows in front of the start, and rows behind the end in its bin, stop the query:
 *  whether they count is not documented. */
export const slidingWindowCounts: Plugin = (call, node, input, env, context) => {
  const { span } = call;
  const timeline = timelineOf(call, 2, 2, input, env, context);
  const { id, time, start, end, dimensions } = timeline;
  const [lookback = 0n, step = 0n] = timeline.sizes;
  if (step === 0n || lookback % step !== 0n || lookback / step > 100_000n) {
    return refuse(span, 'WK001', 'The lookback is not a whole number of bins.', 'Write a multiple of the bin.');
  }
  const bin: Defined = { column: context.column(time.name, time.type), value: binOf(timeline, step, span) };
  const moment = reference(time, span);
  const inside = both(compared(moment, '>=', start), compared(moment, '<=', end));
  const reach = operator('-', [start, size(time, lookback, span)], time.type, span);
  const outside = either(compared(moment, '<=', reach), compared(bin.value, '>', end));
  const rows = withHidden(certainly(input, inside, either(inside, outside)), [bin]);
  const [every, place] = times(rows, lookback / step, context, span);
  const window: Defined = {
    column: context.column(resultNames(node)[0] ?? '', time.type),
    value: later(bin.column, reference(place), step, span),
  };
  const placed = withHidden(every, [window]);
  const predicate = compared(reference(window.column), '<=', end);
  const names = resultNames(node).slice(1 + dimensions.length);
  return summarized(
    { ...placed, relation: { kind: 'filter', input: placed.relation, predicate } },
    [passed(window.column), ...dimensions.map(passed)],
    [
      { column: context.column(names[0] ?? '', 'long'), value: aggregate('count', [], 'long', span) },
      { column: context.column(names[1] ?? '', 'long'), value: aggregate('dcount', [reference(id)], 'long', span) },
    ],
    span,
  );
};
