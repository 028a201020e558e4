import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Defined } from '../plan/relation.ts';
import { type Lowering, refuse, type Scope, short } from './context.ts';

/** Takes `name =` off an expression. */
export function split(node: Bound): { readonly name: string | undefined; readonly value: Bound } {
  if (node.kind === 'SimpleNamedExpression') {
    return { name: nameOf(need(node, 'Name')), value: need(node, 'Expression') };
  }
  if (node.kind === 'CompoundNamedExpression') {
    return refuse(
      node.span,
      'WK001',
      'Several names for one expression are not supported.',
      'Name one value at a time: `x = expr[0]`.',
    );
  }
  return { name: undefined, value: node };
}

/** One column for each expression, under the name that the binder gave to its place. A bare column keeps its
 *  identity. */
export function defineEach(
  nodes: readonly Bound[],
  names: readonly string[],
  scope: Scope,
  context: Lowering,
): readonly Defined[] {
  return nodes.map((node, index) => {
    const name = names[index];
    const { value: expression } = split(node);
    if (name === undefined || expression.columns !== undefined) {
      return refuse(node.span, 'WK001', `\`${short(node.text)}\` gives several columns, which is not supported here.`);
    }
    return define(name, expression, scope, context);
  });
}

export function define(name: string, expression: Bound, scope: Scope, context: Lowering): Defined {
  const value = context.scalar(expression, scope);
  const same = value.kind === 'column' ? scope.columns.get(name) : undefined;
  if (same !== undefined && value.kind === 'column' && same.id === value.id) return { column: same, value };
  return { column: context.column(name, value.type), value };
}

/** The binder's names for an operator's result. */
export function resultNames(operator: Bound): readonly string[] {
  if (operator.columns === undefined || operator.open) {
    return refuse(operator.span, 'WK001', 'The columns of this result are not known while compiling.');
  }
  return operator.columns.map((column) => column.name);
}
