import { type Bound, bare, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Relation } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { walk } from '../../plan/visitor.ts';
import { Env, type Lowering, refuse, short } from '../context.ts';
import { madeNames } from '../named.ts';
import type { Operator } from '../operator.ts';
import { constant } from '../scalar-operator.ts';
import { passed, projected, reference, type Table, unordered } from '../table.ts';

/** `partition by Column (…)`: the rows of each value are a part, which the subquery works on by itself. The strategies
 *  differ in how they run only. `{…}` begins with a table of its own, once for each value of the column. */
export const partition: Operator = (node, input, env, context) => {
  const strategy = parameter(node, 'hint.strategy')?.text.toLowerCase() ?? 'legacy';
  if (strategy !== 'legacy' && strategy !== 'native' && strategy !== 'shuffle') {
    return refuse(node.span, 'WK001', `\`hint.strategy=${strategy}\` is not supported.`, 'Write `native`.');
  }
  const by = need(node, 'ByExpression');
  const key = input.columns.find((column) => by.kind === 'NameReference' && column.name === nameOf(by));
  if (key === undefined || key.type === 'dynamic') {
    const advice = 'Make a column in front: `extend k = tostring(…)`.';
    return refuse(by.span, 'WK001', `\`${short(by.text)}\` is not a column to partition by.`, advice);
  }
  const operand = need(node, 'Operand');
  const parts = { key, carried: [], emptied: false };
  const own = operand.child('Query');
  const result =
    own === undefined
      ? context.pipeline(bare(need(operand, 'Subquery')), new Env(env), (first) =>
          context.step(first, { ...unordered(input.relation, input.columns), parts }, env),
        )
      : ofEachValue(own, key, nameOf(by), input.relation, env, context);
  const columns = madeNames(node, result.columns, context).map(
    (name) =>
      result.columns.find((column) => column.name === name) ??
      refuse(node.span, 'WK001', `The column \`${name}\` is not clear here.`),
  );
  return projected(unordered(result.relation, columns), columns.map(passed));
};

/** The query over its own table, with the column's values as parts: the column's name stands for the value. */
function ofEachValue(query: Bound, key: PlanColumn, name: string, input: Relation, env: Env, context: Lowering): Table {
  const inner = new Env(env);
  inner.define(name, { kind: 'scalar', value: reference(key) });
  const values: Relation = { kind: 'summarize', input, groups: [passed(key)], aggregates: [] };
  const one = constant(1n, 'long', query.span);
  const result = context.pipeline(query, inner, (first) => {
    const { relation, columns } = context.relation(first, inner);
    const on = [{ left: one, right: one }];
    const joined: Relation = { kind: 'join', join: 'inner', left: relation, right: values, on };
    return { ...unordered(joined, columns), parts: { key, carried: [], emptied: true } };
  });
  walk(result.relation, (node) => {
    if (node.kind !== 'scalarQuery' && node.kind !== 'listQuery' && node.kind !== 'inQuery') return;
    walk(node.query, (read) => {
      if (read.kind !== 'column' || read.id !== key.id) return;
      refuse(node.span, 'WK001', `\`${name}\` is not in reach in a query inside of this one.`, 'Write a `join`.');
    });
  });
  return result;
}
