import type { Relation } from './relation.ts';
import type { PlanColumn } from './scalar.ts';

/** The columns that a relation puts out, in order. */
export function columnsOf(node: Relation): readonly PlanColumn[] {
  switch (node.kind) {
    case 'scan':
    case 'values':
    case 'union':
    case 'shared':
      return node.columns;
    case 'range':
      return [node.column];
    case 'filter':
    case 'unique':
    case 'sort':
    case 'take':
      return columnsOf(node.input);
    case 'project':
      return node.columns.map((defined) => defined.column);
    case 'summarize':
      return [...node.groups, ...node.aggregates].map((defined) => defined.column);
    case 'join':
      return node.join === 'leftsemi' || node.join === 'leftanti'
        ? columnsOf(node.left)
        : [...columnsOf(node.left), ...columnsOf(node.right)];
    case 'iterate':
      return [...columnsOf(node.input), ...node.stages.flat().map((defined) => defined.column)];
    case 'expand':
      return [
        ...columnsOf(node.input),
        ...node.items.map((item) => item.column),
        ...(node.index === undefined ? [] : [node.index]),
      ];
  }
}
