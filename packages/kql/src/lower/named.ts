import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Defined } from '../plan/relation.ts';
import { type Lowering, refuse, type Scope, short } from './context.ts';
import { defineTuple, widthOf } from './tuple.ts';

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

/** Takes `name =` or `(name, …) =` off an expression. */
export function splitNames(node: Bound): { readonly names: readonly string[]; readonly value: Bound } {
  if (node.kind === 'CompoundNamedExpression') {
    return { names: need(node, 'Names').list('Names').map(nameOf), value: need(node, 'Expression') };
  }
  const { name, value } = split(node);
  return { names: name === undefined ? [] : [name], value };
}

/** The columns of each expression, under the names that the binder gave to its places. A bare column keeps its
 *  identity. */
export function defineEach(
  nodes: readonly Bound[],
  names: readonly (readonly string[])[],
  scope: Scope,
  context: Lowering,
): readonly Defined[] {
  return nodes.flatMap((node, index) => {
    const { value } = splitNames(node);
    const own = names[index] ?? [];
    if (value.columns !== undefined) return defineTuple(value, own, scope, context);
    const [name] = own;
    if (name === undefined) return refuse(node.span, 'WK001', `\`${short(node.text)}\` has no name of its own.`);
    return [define(name, value, scope, context)];
  });
}

/** The binder's names, expression by expression, where it lists the columns of one after those of another. What the
 *  engine does not make of them is left out. */
export function namesOfEach(
  nodes: readonly Bound[],
  names: readonly string[],
  context: Lowering,
): readonly (readonly string[])[] {
  let next = 0;
  return nodes.map((node) => {
    const { seen, made } = widthOf(splitNames(node).value);
    const all = names.slice(next, next + seen);
    next += seen;
    for (const name of all.slice(made)) context.unmade.add(name);
    return all.slice(0, made);
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

/** The binder's names for an operator's result, without those of columns that the engine does not make. */
export function madeNames(
  operator: Bound,
  columns: readonly { readonly name: string }[],
  context: Lowering,
): readonly string[] {
  return resultNames(operator).filter(
    (name) => !context.unmade.has(name) || columns.some((column) => column.name === name),
  );
}
