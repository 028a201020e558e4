import { type Bound, nameOf } from '../../parse/tree.ts';

const tabular = /^(Pipe|Materialize|DataTable|ExternalData)Expression$|Operator$/;

/** Every node under this one, itself included, parents first. Tables that stand inside scalars are left out: they are
 *  pipelines of their own. */
export function* walkScalars(node: Bound): Generator<Bound> {
  yield node;
  for (const child of node.children) {
    if (!isInnerTable(child)) yield* walkScalars(child);
  }
}

/** The tables inside a node's scalars, outermost ones. */
export function* nestedTables(node: Bound): Generator<Bound> {
  for (const child of node.children) {
    if (isInnerTable(child)) yield child;
    else yield* nestedTables(child);
  }
}

function isInnerTable(node: Bound): boolean {
  return tabular.test(node.kind) && node.kind !== 'DataTableExpression';
}

/** The names that a scalar reads as columns or `let`s: not those of functions, of what it defines, or behind a dot. */
export function* namesRead(node: Bound): Generator<Bound> {
  if (node.kind === 'NameReference') {
    yield node;
    return;
  }
  const skip =
    node.kind === 'FunctionCallExpression'
      ? node.child('Name')
      : node.kind === 'PathExpression' || node.kind === 'ElementExpression'
        ? node.child('Selector')?.kind === 'NameReference'
          ? node.child('Selector')
          : undefined
        : undefined;
  for (const child of node.children) {
    if (child === skip || isInnerTable(child) || child.kind === 'NamedParameter') continue;
    if (child.kind === 'NameReference' && nameOf(child).startsWith('$')) continue;
    yield* namesRead(child);
  }
}
