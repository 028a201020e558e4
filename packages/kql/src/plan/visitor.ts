import type { Relation } from './relation.ts';
import type { OrderKey, Scalar } from './scalar.ts';

/** The scalars that stand directly in a node. */
export function scalarsOf(node: Relation | Scalar): readonly Scalar[] {
  switch (node.kind) {
    case 'scan':
    case 'values':
    case 'union':
    case 'shared':
    case 'column':
    case 'constant':
    case 'now':
    case 'scalarQuery':
    case 'listQuery':
      return [];
    case 'range':
      return [node.from, node.to, node.step];
    case 'filter':
      return [node.predicate];
    case 'project':
      return node.columns.map((item) => item.value);
    case 'summarize':
      return [...node.groups, ...node.aggregates].map((item) => item.value);
    case 'unique':
      return node.keys;
    case 'join':
      return node.on.flatMap((pair) => [pair.left, pair.right]);
    case 'sort':
      return node.keys.map(by);
    case 'take':
      return [node.count];
    case 'expand':
      return node.items.map((item) => item.value);
    case 'iterate':
      return [...node.state.map((item) => item.first), ...node.stages.flat().map((item) => item.value)];
    case 'call':
      return node.args;
    case 'inQuery':
    case 'capture':
      return [node.operand];
    case 'window':
      return [...node.args, ...(node.restart === undefined ? [] : [node.restart]), ...node.order.map(by)];
    case 'aggregate':
      return [...node.args, ...node.order.map(by)];
  }
}

function by(key: OrderKey): Scalar {
  return key.by;
}

/** The relations that stand directly in a node. */
export function relationsOf(node: Relation | Scalar): readonly Relation[] {
  switch (node.kind) {
    case 'filter':
    case 'project':
    case 'summarize':
    case 'unique':
    case 'sort':
    case 'take':
    case 'expand':
    case 'iterate':
    case 'shared':
      return [node.input];
    case 'join':
      return [node.left, node.right];
    case 'union':
      return node.inputs.map((item) => item.input);
    case 'scalarQuery':
    case 'listQuery':
    case 'inQuery':
      return [node.query];
    case 'scan':
    case 'values':
    case 'range':
    case 'column':
    case 'constant':
    case 'now':
    case 'call':
    case 'window':
    case 'capture':
    case 'aggregate':
      return [];
  }
}

/** Calls `enter` for the node and everything under it, subqueries included, parents first. */
export function walk(node: Relation | Scalar, enter: (node: Relation | Scalar) => void): void {
  enter(node);
  for (const scalar of scalarsOf(node)) walk(scalar, enter);
  for (const relation of relationsOf(node)) walk(relation, enter);
}

/** The ids of the columns that a scalar reads from its own row; those inside its subqueries are not its row's. */
export function columnsRead(node: Scalar): ReadonlySet<number> {
  const ids = new Set<number>();
  const collect = (item: Scalar): void => {
    if (item.kind === 'column') ids.add(item.id);
    for (const scalar of scalarsOf(item)) collect(scalar);
  };
  collect(node);
  return ids;
}

/** Does `now()` occur anywhere under the node? */
export function readsNow(node: Relation | Scalar): boolean {
  let found = false;
  walk(node, (item) => {
    if (item.kind === 'now') found = true;
  });
  return found;
}
