import type { Defined, Relation } from '../../plan/relation.ts';
import type { Scalar, WindowNode } from '../../plan/scalar.ts';
import { refuse } from '../context.ts';
import { summarized } from '../each-part.ts';
import { resultNames } from '../named.ts';
import { operator } from '../scalar-operator.ts';
import { passed, projected, reference, unordered, withHidden } from '../table.ts';
import type { Plugin } from './arguments.ts';
import { aggregate, binOf, both, certainly, compared, either, timelineOf } from './timeline.ts';

/** `activity_counts_metrics(Id, Time, Start, End, Window, dimension)`: for each window its rows, its different ids, those
 *  that come for the first time, and all ids so far. Rows behind the end in its window stop the query: whether they
 *  count is not documented. */
export const activityCountsMetrics: Plugin = (call, node, input, env, context) => {
  const { span } = call;
  const timeline = timelineOf(call, 1, 1, input, env, context);
  const { id, time, start, end, dimensions, sizes } = timeline;
  if (dimensions.length > 1) {
    return refuse(span, 'WK001', 'More than one dimension is not supported.', 'Join them: `extend d = strcat(a, b)`.');
  }
  const window: Defined = {
    column: context.column(time.name, time.type),
    value: binOf(timeline, sizes[0] ?? 1n, span),
  };
  const moment = reference(time, span);
  const inside = both(compared(moment, '>=', start), compared(moment, '<=', end));
  const outside = either(compared(moment, '<', start), compared(window.value, '>', end));
  const kept = withHidden(certainly(input, inside, either(inside, outside)), [window]);
  const used = [window.column, id, ...dimensions];
  const use = () => context.shared(call, env, () => unordered(kept.relation, used));
  const [rows, again] = [use(), use()];
  const [bin = time, who = id, ...by] = rows.columns;
  const [earlier = time, ...keys] = again.columns;
  const first = context.column('first', time.type);
  const known: Relation = {
    kind: 'summarize',
    input: again.relation,
    groups: keys.map(passed),
    aggregates: [{ column: first, value: aggregate('min', [reference(earlier)], time.type, span) }],
  };
  const on = [who, ...by].map((column, index) => {
    return { left: reference(column), right: reference(keys[index] ?? column) };
  });
  const joined: Relation = { kind: 'join', join: 'inner', left: rows.relation, right: known, on };
  const names = resultNames(node).slice(1 + dimensions.length);
  const counted = (index: number, name: string, args: readonly Scalar[]): Defined => {
    return { column: context.column(names[index] ?? '', 'long'), value: aggregate(name, args, 'long', span) };
  };
  const isNew = operator('==', [reference(bin), reference(first)], 'bool', span);
  const fresh = counted(2, 'dcountif', [reference(who), isNew]);
  const groups = [bin, ...by];
  const counts = summarized(
    unordered(joined, [...rows.columns, first]),
    groups.map(passed),
    [counted(0, 'count', []), counted(1, 'dcount', [reference(who)]), fresh],
    span,
  );
  const sum: WindowNode = {
    kind: 'window',
    name: 'row_cumsum',
    args: [reference(fresh.column)],
    restart: by[0] && reference(by[0]),
    order: [{ by: reference(bin), ascending: true, nullsFirst: true }],
    type: 'long',
    span,
  };
  const all: Defined = { column: context.column(names[3] ?? '', 'long'), value: sum };
  return projected(withHidden(counts, [all]), [...counts.columns.map(passed), passed(all.column)]);
};
