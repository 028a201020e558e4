import type { Defined, Relation } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { argumentsOf } from '../arguments.ts';
import { isKqlType, refuse } from '../context.ts';
import { summarized } from '../each-part.ts';
import { constant, call as function_, operator } from '../scalar-operator.ts';
import { passed, projected, reference, unordered, withHidden } from '../table.ts';
import { columnOf, constantOf, type Plugin } from './arguments.ts';
import { aggregate, certainly, compared, either, later, size, sizeOf, times } from './timeline.ts';

/** `rolling_percentile(Value, Percentile, Index, BinSize, Bins, dimensions…)`: for each bin the percentile over it and
 *  the bins in front of it. A bin without rows between others stops the query: whether it has a row is not
 *  documented. */
export const rollingPercentile: Plugin = (call, node, input, env, context) => {
  const { span } = call;
  const [value, percentage, index, width, count, ...more] = argumentsOf(call);
  if (percentage === undefined || width === undefined || count === undefined) {
    return refuse(span, 'WK001', 'A percentile, the size of a bin and a number of bins are wanted.');
  }
  const [measured, time] = [columnOf(value, call, input), columnOf(index, call, input)];
  const dimensions = more.map((item) => columnOf(item, call, input));
  const step = sizeOf(width, time, env, context);
  const bins = constantOf(count, env, context);
  if (typeof bins !== 'bigint' || bins < 1n || bins > 100_000n) {
    return refuse(count.span, 'WK001', 'This is not a number of bins from 1 to 100000.');
  }
  const bin: Defined = {
    column: context.column(time.name, time.type),
    value: function_('bin', [reference(time), size(time, step, span)], time.type, span),
  };
  const kept = withHidden(input, [bin]);
  const use = () => context.shared(call, env, () => unordered(kept.relation, [bin.column, measured, ...dimensions]));
  const [rows, again] = [use(), use()];
  const [own = time, number = measured, ...by] = rows.columns;
  const [every, place] = times(rows, bins, context, span);
  const window: Defined = {
    column: context.column(time.name, time.type),
    value: later(own, reference(place), step, span),
  };
  const result = node.columns?.at(-1);
  if (result === undefined || !isKqlType(result.type)) return refuse(span, 'WK001', 'The result is not clear.');
  const rolling: Defined = {
    column: context.column(result.name, result.type),
    value: aggregate(
      'percentile',
      [reference(number), context.scalar(percentage, { env, columns: new Map() })],
      result.type,
      span,
    ),
  };
  const current = operator('==', [reference(place), constant(0n, 'long', span)], 'bool', span);
  const present: Defined = {
    column: context.column('rows', 'long'),
    value: aggregate('countif', [current], 'long', span),
  };
  const grouped = summarized(withHidden(every, [window]), [window.column, ...by].map(passed), [rolling, present], span);
  const latest = context.column('latest', time.type);
  const query: Relation = {
    kind: 'summarize',
    input: again.relation,
    groups: [],
    aggregates: [{ column: latest, value: aggregate('max', [reference(again.columns[0] ?? time)], time.type, span) }],
  };
  const last: Scalar = { kind: 'scalarQuery', query, column: latest.id, type: time.type, span };
  const filled = compared(reference(present.column), '>', constant(0n, 'long', span));
  const known = either(filled, compared(reference(window.column), '>', last));
  return projected(certainly(grouped, filled, known), [window.column, ...by, rolling.column].map(passed));
};
