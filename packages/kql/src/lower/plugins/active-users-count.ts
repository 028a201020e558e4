import type { Defined, Relation } from '../../plan/relation.ts';
import { argumentsOf } from '../arguments.ts';
import { refuse } from '../context.ts';
import { summarized } from '../each-part.ts';
import { resultNames } from '../named.ts';
import { constant, operator } from '../scalar-operator.ts';
import { passed, reference, unordered, withHidden } from '../table.ts';
import { constantOf, type Plugin } from './arguments.ts';
import { aggregate, binOf, both, certainly, compared, size, sizeOf, timelineOf } from './timeline.ts';

/** `active_users_count(Id, Time, Start, End, Lookback, Period, Periods, Bin, dimensions…)`: for each bin the ids that
 *  were there in so many periods of the lookback that ends with one of their times in the bin. A time that does not
 *  begin a period stops the query: where its lookback begins is not documented. */
export const activeUsersCount: Plugin = (call, node, input, env, context) => {
  const { span } = call;
  const [, , , , , , periods, width] = argumentsOf(call);
  const least = periods === undefined ? null : constantOf(periods, env, context);
  if (typeof least !== 'bigint' || width === undefined) {
    return refuse(span, 'WK001', 'The number of periods and the bin are wanted.');
  }
  const timeline = timelineOf(call, 2, 4, input, env, context);
  const { id, time, start, end, dimensions } = timeline;
  const [lookback = 1n, period = 1n] = timeline.sizes;
  const step = sizeOf(width, time, env, context);
  const moment = reference(time, span);
  const aligned = operator('==', [moment, binOf(timeline, period, span)], 'bool', span);
  const kept = certainly(input, operator('==', [moment, moment], 'bool', span), aligned);
  // One row for each time of an id.
  const times = summarized(kept, [time, id, ...dimensions].map(passed), [], span);
  const use = () => context.shared(call, env, () => times);
  const [rows, again] = [use(), use()];
  const [at = time, who = id, ...by] = rows.columns;
  const [then = time, ...keys] = again.columns;
  const on = [who, ...by].map((column, index) => {
    return { left: reference(column), right: reference(keys[index] ?? column) };
  });
  const joined: Relation = { kind: 'join', join: 'inner', left: rows.relation, right: again.relation, on };
  const since = operator('-', [reference(at), size(time, lookback, span)], time.type, span);
  const window = both(compared(reference(then), '>', since), compared(reference(then), '<=', reference(at)));
  const analyzed = both(compared(reference(at), '>=', start), compared(reference(at), '<=', end));
  const met: Defined = { column: context.column('periods', 'long'), value: aggregate('count', [], 'long', span) };
  const inWindow = unordered({ kind: 'filter', input: joined, predicate: both(window, analyzed) }, rows.columns);
  const counted = summarized(inWindow, rows.columns.map(passed), [met], span);
  const predicate = compared(reference(met.column), '>=', constant(least, 'long', span));
  const active = { ...counted, relation: { kind: 'filter', input: counted.relation, predicate } as const };
  const names = resultNames(node);
  const bin: Defined = {
    column: context.column(names[0] ?? '', time.type),
    value: binOf({ ...timeline, time: at }, step, span),
  };
  const users: Defined = {
    column: context.column(names.at(-1) ?? '', 'long'),
    value: aggregate('dcount', [reference(who)], 'long', span),
  };
  return summarized(withHidden(active, [bin]), [bin.column, ...by].map(passed), [users], span);
};
