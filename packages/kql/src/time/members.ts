import { gatherIds } from '../plan/internal.ts';
import type { Plan, Relation, ScanNode } from '../plan/relation.ts';
import { grouping } from './shape.ts';

/** Which rows stand in which group, of a plan with lineage over candidates (`candidatesOf`) whose result is made of the
 *  groups of one of their tables: the values of the group, then the ids of the row as a list. A row stands in one group at
 *  most; how old it is, is not asked. Undefined where the plan is another. */
export function membersOf(plan: Plan): Plan | undefined {
  const { below } = grouping(plan.relation);
  if (below?.kind !== 'summarize' || below.groups.length === 0) return undefined;
  const scan = scanUnder(below.input);
  const ids = below.aggregates.flatMap(({ column, value }) =>
    value.kind === 'aggregate' && value.name === gatherIds ? value.args.map((arg) => ({ column, value: arg })) : [],
  );
  if (scan === undefined || ids.length !== 1) return undefined;
  const columns = [...below.groups, ...ids];
  return { relation: { kind: 'project', input: scan, columns }, columns: columns.map(({ column }) => column) };
}

function scanUnder(node: Relation): ScanNode | undefined {
  if (node.kind === 'filter') return scanUnder(node.input);
  return node.kind === 'scan' ? node : undefined;
}
