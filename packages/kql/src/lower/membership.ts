import { type Bound, need } from '../parse/tree.ts';
import type { InQueryNode, PlanColumn, Scalar } from '../plan/scalar.ts';
import { type Lowering, refuse, type Scope, short, typeOf } from './context.ts';
import { call, operator, operatorName } from './scalar-operator.ts';
import { reference, type Table } from './table.ts';

/** `in`, `!in`, `in~`, `!in~`, `has_any`, `has_all`: over a list of values, or over a table's first column. */
export function lowerIn(node: Bound, scope: Scope, context: Lowering): Scalar {
  const name = operatorName(node);
  const items = need(node, 'Right').list('Expressions');
  const operand = context.scalar(need(node, 'Left'), scope);
  const only = items[0];
  if (items.length !== 1 || only?.columns === undefined) {
    const args = items.map((item) => context.scalar(item, scope));
    return operator(name, [operand, ...args], typeOf(node), node.span);
  }
  const table = context.relation(only, scope.env);
  const column = table.columns[0];
  if (column === undefined) return refuse(only.span, 'WK001', `\`${short(only.text)}\` has no column.`);
  if (name === 'has_any' || name === 'has_all') {
    const list: Scalar = {
      kind: 'listQuery',
      query: table.relation,
      column: column.id,
      type: 'dynamic',
      span: only.span,
    };
    return operator(name, [operand, list], 'bool', node.span);
  }
  return {
    kind: 'inQuery',
    ...compared(node, operand, table, column, context),
    negated: name.startsWith('!'),
    ignoreCase: name.endsWith('~'),
    type: 'bool',
    span: node.span,
  };
}

const numbers: ReadonlySet<string> = new Set(['int', 'long', 'real']);

/** Both sides as one type: `in` is a series of `==`, to which a dynamic is its text beside a text. */
function compared(
  node: Bound,
  operand: Scalar,
  table: Table,
  column: PlanColumn,
  context: Lowering,
): Pick<InQueryNode, 'operand' | 'query' | 'column'> {
  const { span } = node;
  const input = table.relation;
  if (column.type === 'real' && operand.type === 'real') {
    // NaN equals nothing; an engine would find it.
    const predicate = call('not', [call('isnan', [reference(column)], 'bool', span)], 'bool', span);
    return { operand, query: { kind: 'filter', input, predicate }, column: column.id };
  }
  const alike = operand.type === column.type && operand.type !== 'dynamic';
  if (alike || (numbers.has(operand.type) && numbers.has(column.type)))
    return { operand, query: input, column: column.id };
  if (operand.type === 'dynamic' && column.type === 'string') {
    return { operand: call('tostring', [operand], 'string', span), query: input, column: column.id };
  }
  if (operand.type === 'string' && column.type === 'dynamic') {
    const text = context.column(column.name, 'string');
    const value = call('tostring', [reference(column)], 'string', span);
    return { operand, query: { kind: 'project', input, columns: [{ column: text, value }] }, column: text.id };
  }
  const message = `\`${operatorName(node)}\` looks for a ${operand.type} in a column of ${column.type}.`;
  return refuse(span, 'WK002', message, 'Convert one of them, as with `tostring(…)`.');
}
