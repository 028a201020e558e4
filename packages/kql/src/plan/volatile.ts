import type { Relation } from './relation.ts';
import type { Scalar } from './scalar.ts';
import { walk } from './visitor.ts';

/** Functions whose value is another at every call. */
const functions: ReadonlySet<string> = new Set(['rand', 'new_guid', 'random']);

/** Does this very node give another value at every run? */
export function isVolatileCall(node: Relation | Scalar): boolean {
  return node.kind === 'call' && functions.has(node.name);
}

/** Is such a node anywhere under it? */
export function isVolatile(node: Relation | Scalar): boolean {
  let found = false;
  walk(node, (item) => {
    if (isVolatileCall(item)) found = true;
  });
  return found;
}
