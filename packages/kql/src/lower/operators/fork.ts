import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import type { AggregateNode } from '../../plan/scalar.ts';
import { Env, refuse, short } from '../context.ts';
import { summarized } from '../each-part.ts';
import type { Operator } from '../operator.ts';
import { passed } from '../table.ts';

/** `fork (…)` with one branch: the branch. Several branches are several results. */
export const fork: Operator = (node, input, env, context) => {
  const only = one(node, node.list('Expressions'), '`fork` with several branches gives several results.');
  return context.pipeline(bare(need(only, 'Expression')), new Env(env), (first) =>
    context.step(first, input, new Env(env)),
  );
};

/** `facet by Column`: how many rows each value has (page facet-operator.md). Several columns, or `with`, are several
 *  results. */
export const facet: Operator = (node, input, _env, context) => {
  const parts = [...node.list('Expressions'), ...(node.child('WithClause') === undefined ? [] : [node])];
  const by = one(node, parts, '`facet` by several columns, or with a query of its own, gives several results.');
  const name = nameOf(by);
  const key = input.columns.find((column) => by.kind === 'NameReference' && column.name === name);
  if (key === undefined || key.type === 'dynamic') {
    const message = `\`${short(by.text)}\` is not a column to count by.`;
    return refuse(by.span, 'WK001', message, 'Make one in front: `extend k = tostring(…)`.');
  }
  const value: AggregateNode = {
    kind: 'aggregate',
    name: 'count',
    args: [],
    output: 0,
    order: [],
    type: 'long',
    span: node.span,
  };
  return summarized(input, [passed(key)], [{ column: context.column(`count_${name}`, 'long'), value }], node.span);
};

function one(node: Bound, parts: readonly Bound[], message: string): Bound {
  const [only, ...more] = parts;
  if (only !== undefined && more.length === 0) return only;
  return refuse(node.span, 'WK001', message, 'Ask one query for each result.');
}
