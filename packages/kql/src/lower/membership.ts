import { type Bound, need } from '../parse/tree.ts';
import type { Scalar } from '../plan/scalar.ts';
import { type Lowering, refuse, type Scope, short, typeOf } from './context.ts';
import { operator, operatorName } from './scalar-operator.ts';

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
  if (column.type === 'dynamic' || operand.type === 'dynamic') {
    return refuse(
      node.span,
      'WK002',
      'Membership of a dynamic value in a table is not supported.',
      'Convert it: `tostring(x)`.',
    );
  }
  return {
    kind: 'inQuery',
    operand,
    query: table.relation,
    column: column.id,
    negated: name.startsWith('!'),
    ignoreCase: name.endsWith('~'),
    type: 'bool',
    span: node.span,
  };
}
