import { columnsOf } from './columns.ts';
import type { Relation } from './relation.ts';
import type { Scalar } from './scalar.ts';
import { walk } from './visitor.ts';

/** The highest column id in the plan, subqueries included: new columns begin above it. */
export function highestId(relation: Relation): number {
  let highest = 0;
  walk(relation, (node) => {
    if (isRelation(node)) for (const { id } of columnsOf(node)) highest = Math.max(highest, id);
  });
  return highest;
}

/** Scalars know their place in the text, relations do not. */
export function isRelation(node: Relation | Scalar): node is Relation {
  return !('span' in node);
}
