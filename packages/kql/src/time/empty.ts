import type { Relation } from '../plan/relation.ts';

/** Does the relation have no rows whenever the tables that it reads have none? True only where its form says so. */
export function emptyOverNothing(node: Relation): boolean {
  switch (node.kind) {
    case 'scan':
      return true;
    case 'values':
      return node.rows.length === 0;
    case 'range':
      return false;
    case 'filter':
    case 'project':
    case 'unique':
    case 'sort':
    case 'take':
    case 'expand':
    case 'iterate':
    case 'shared':
      return emptyOverNothing(node.input);
    case 'summarize':
      // Without `by` there is one row over nothing.
      return node.groups.length > 0 && emptyOverNothing(node.input);
    case 'union':
      return node.inputs.every(({ input }) => emptyOverNothing(input));
    case 'join':
      switch (node.join) {
        case 'inner':
          return emptyOverNothing(node.left) || emptyOverNothing(node.right);
        case 'leftouter':
        case 'leftsemi':
        case 'leftanti':
          return emptyOverNothing(node.left);
        case 'rightouter':
          return emptyOverNothing(node.right);
        case 'fullouter':
          return emptyOverNothing(node.left) && emptyOverNothing(node.right);
      }
  }
}
