import { type Bound, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { OrderKey, Scalar } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import { firstOfEach } from '../each-part.ts';
import type { Operator } from '../operator.ts';
import { overRows, reference, sorted, type Table, withHidden } from '../table.ts';

/** `sort`, `order`: remembers the order; it is applied where it shows. */
export const sort: Operator = (node, input, env, context) => ordered(node.list('Expressions'), input, env, context);

/** `top n by …`. */
export const top: Operator = (node, input, env, context) => {
  const table = ordered([need(node, 'ByExpression')], input, env, context);
  const count = context.scalar(need(node, 'Expression'), { env, columns: new Map() });
  return first(table, count, context);
};

/** `take`, `limit`: the first rows where there is an order, any rows otherwise. */
export const take: Operator = (node, input, env, context) => {
  const count = context.scalar(need(node, 'Expression'), { env, columns: new Map() });
  return first(input, count, context);
};

/** The first rows of the table, or of each of its parts. */
export function first(table: Table, count: Scalar, context: Lowering): Table {
  return table.parts === undefined
    ? { ...table, relation: { kind: 'take', input: sorted(table), count } }
    : firstOfEach(table, count, table.parts, context);
}

/** Descending unless said otherwise; nulls first when ascending, last when descending. */
function ordered(nodes: readonly Bound[], input: Table, env: Env, context: Lowering): Table {
  const computed: Defined[] = [];
  const { table, built } = overRows(input, env, context, (scope) =>
    nodes.map((node): OrderKey => {
      const ordering = node.child('Ordering');
      const expression = node.kind === 'OrderedExpression' ? need(node, 'Expression') : node;
      const ascending = ordering?.child('AscOrDescKeyword')?.text.toLowerCase() === 'asc';
      const nulls = ordering?.child('NullsClause')?.child('FirstOrLastKeyword')?.text.toLowerCase();
      const value = context.scalar(expression, scope);
      if (value.type === 'dynamic') {
        return refuse(node.span, 'WK002', 'Dynamic values cannot be sorted.', 'Convert: `sort by tostring(x)`.');
      }
      const nullsFirst = nulls === undefined ? ascending : nulls === 'first';
      if (value.kind === 'column') return { by: value, ascending, nullsFirst };
      const column = context.column('key', value.type);
      computed.push({ column, value });
      return { by: reference(column), ascending, nullsFirst };
    }),
  );
  const part: readonly OrderKey[] =
    table.parts === undefined ? [] : [{ by: reference(table.parts.key), ascending: true, nullsFirst: true }];
  return { ...withHidden(table, computed), order: [...part, ...built], serialized: true, numbered: false };
}
