import { type Bound, need } from '../../parse/tree.ts';
import type { AggregateNode, OrderKey } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { summarized } from '../each-part.ts';
import { define, resultNames } from '../named.ts';
import type { Operator } from '../operator.ts';
import { reference, scopeOf, type Table } from '../table.ts';
import { first } from './sort.ts';
import { grouped } from './summarize.ts';

/** `sample n`: any n rows. */
export const sample: Operator = (node, input, env, context) => anyRows(node, input, env, context);

/** `sample-distinct n of x`: any n different values. */
export const sampleDistinct: Operator = (node, input, env, context) =>
  anyRows(node, summarized(input, [valueAt(node, input, env, context)], [], node.span), env, context);

/** `top-hitters n of x by y`: the values with the most rows or the largest sum, which Kusto estimates where there are
 *  many. Of equal ones Kusto kept the greatest in every recorded answer. */
export const topHitters: Operator = (node, input, env, context) => {
  const value = valueAt(node, input, env, context);
  const summed = node.child('ByClause')?.child('Expression');
  const args = summed === undefined ? [] : [context.scalar(summed, scopeOf(input, env))];
  const type = args[0]?.type;
  if (summed !== undefined && type !== 'long' && type !== 'int' && type !== 'real') {
    return refuse(summed.span, 'WK002', `\`${short(summed.text)}\` is not a number.`, 'Convert: `toreal(x)`.');
  }
  const aggregate: AggregateNode = {
    kind: 'aggregate',
    name: summed === undefined ? 'count' : 'sum',
    args,
    output: 0,
    order: [],
    type: type === 'real' ? 'real' : 'long',
    span: node.span,
  };
  const column = context.column(resultNames(node)[1] ?? '', aggregate.type);
  const table = summarized(input, [value], [{ column, value: aggregate }], node.span);
  const order = [column, value.column].map(
    (item): OrderKey => ({ by: reference(item), ascending: false, nullsFirst: false }),
  );
  const count = context.scalar(need(node, 'Expression'), { env, columns: new Map() });
  return { ...first({ ...table, order }, count, context), order: [] };
};

function anyRows(node: Bound, input: Table, env: Env, context: Lowering): Table {
  const count = context.scalar(need(node, 'Expression'), { env, columns: new Map() });
  return first({ ...input, order: [], serialized: false, numbered: false, name: undefined }, count, context);
}

function valueAt(node: Bound, input: Table, env: Env, context: Lowering) {
  const of = need(node, 'OfExpression');
  return grouped(define(resultNames(node)[0] ?? '', of, scopeOf(input, env), context), of);
}
