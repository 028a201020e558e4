import { need } from '../../parse/tree.ts';
import type { Operator } from '../operator.ts';
import { overRows } from '../table.ts';

/** `where`, `filter`. */
export const filter: Operator = (node, input, env, context) => {
  const { table, built } = overRows(input, env, context, (scope) => context.scalar(need(node, 'Condition'), scope));
  return { ...table, relation: { kind: 'filter', input: table.relation, predicate: built } };
};
