import type { Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { argumentsOf } from '../arguments.ts';
import { refuse } from '../context.ts';
import { constant, operator } from '../scalar-operator.ts';
import { numbered, overRows, reference, type Table, unordered } from '../table.ts';
import { constantOf, type Plugin } from './arguments.ts';
import { times } from './timeline.ts';

/** `rows_near(Condition, Rows[, RowsAfter])`: the rows that stand at most so many rows in front of one that meets the
 *  condition, or behind it. */
export const rowsNear: Plugin = (call, _node, input, env, context) => {
  const { span } = call;
  const [condition, before, after = before] = argumentsOf(call);
  if (condition === undefined || before === undefined || after === undefined) {
    return refuse(span, 'WK001', 'A condition and a number of rows are wanted.');
  }
  if (!input.serialized) {
    return refuse(span, 'WK003', '`rows_near` needs rows in a defined order.', 'Put `| sort by …` in front.');
  }
  const [back, forth] = [before, after].map((item) => {
    const value = constantOf(item, env, context);
    if (typeof value === 'bigint' && value >= 0n && value <= 100_000n) return value;
    return refuse(item.span, 'WK001', 'This is not a number of rows from 0 to 100000.');
  }) as [bigint, bigint];
  const { table, built: predicate } = overRows(input, env, context, (scope) => context.scalar(condition, scope));
  const rows = numbered(table, context);
  const by = rows.order[0]?.by;
  if (by?.kind !== 'column') throw new Error('Numbered rows have one key.');
  const number: PlanColumn = { id: by.id, name: 'ordinal', type: by.type };
  const filtered: Table = { ...rows, relation: { kind: 'filter', input: rows.relation, predicate } };
  const hit = context.column('hit', 'long');
  const hits = unordered(
    { kind: 'project', input: filtered.relation, columns: [{ column: hit, value: reference(number) }] },
    [hit],
  );
  const [every, step] = times(hits, back + forth + 1n, context, span);
  const near = context.column('near', 'long');
  const moved = operator('+', [reference(hit), reference(step)], 'long', span);
  const value: Scalar = operator('-', [moved, constant(back, 'long', span)], 'long', span);
  const right: Relation = { kind: 'project', input: every.relation, columns: [{ column: near, value }] };
  const on = [{ left: reference(number), right: reference(near) }];
  return { ...rows, relation: { kind: 'join', join: 'leftsemi', left: rows.relation, right, on }, name: undefined };
};
