import { type Bound, nameOf } from '../../parse/tree.ts';

const tabular = /^(Pipe|Materialize|DataTable|ExternalData)Expression$|Operator$/;

/** Every node under this one, itself included, parents first. Tables that stand inside scalars are left out: they are
 *  pipelines of their own. */
export function* walkScalars(node: Bound): Generator<Bound> {
  // A stack, as chains of thousands of `or` are that deep.
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...next.children.filter((child) => !isInnerTable(child)).toReversed());
  }
}

/** The tables inside a node's scalars, outermost ones. */
export function* nestedTables(node: Bound): Generator<Bound> {
  const open = node.children.toReversed();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isInnerTable(next)) yield next;
    else open.push(...next.children.toReversed());
  }
}

function isInnerTable(node: Bound): boolean {
  return tabular.test(node.kind) && node.kind !== 'DataTableExpression';
}

/** The names that a scalar reads as columns or `let`s: not those of functions, of what it defines, or behind a dot. */
export function* namesRead(node: Bound): Generator<Bound> {
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'NameReference') yield next;
    else open.push(...readIn(next).toReversed());
  }
}

function readIn(node: Bound): readonly Bound[] {
  const selector = /^(Path|Element)Expression$/.test(node.kind) ? node.child('Selector') : undefined;
  const skip =
    node.kind === 'FunctionCallExpression'
      ? node.child('Name')
      : selector?.kind === 'NameReference'
        ? selector
        : undefined;
  return node.children.filter(
    (child) =>
      child !== skip &&
      !isInnerTable(child) &&
      child.kind !== 'NamedParameter' &&
      !(child.kind === 'NameReference' && nameOf(child).startsWith('$')),
  );
}
