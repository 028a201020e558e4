import { gatherIds } from '../../plan/internal.ts';
import type { Relation } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { columnsRead, relationsOf } from '../../plan/visitor.ts';
import { bothOf, type Carried, type Lineage, noLineage } from './carried.ts';
import { notSwept } from './notSwept.ts';

/** The columns from which a column of the result is made, through every step of the plan. */
export function tracedFrom(root: Relation, ids: number): ReadonlySet<number> {
  const traced = new Set([ids]);
  const visit = (node: Relation): void => {
    if (node.kind === 'project' || node.kind === 'summarize') {
      const defined = node.kind === 'project' ? node.columns : node.aggregates;
      for (const { column, value } of defined)
        if (traced.has(column.id)) for (const id of columnsRead(value)) traced.add(id);
    } else if (node.kind === 'union') {
      for (const [index, { id }] of node.columns.entries())
        if (traced.has(id)) for (const { columns } of node.inputs) traced.add(columns[index] ?? -1);
    } else if (node.kind === 'shared') {
      for (const { id, source } of node.columns) if (traced.has(id)) traced.add(source);
    }
    for (const input of relationsOf(node)) visit(input);
  };
  visit(root);
  return traced;
}

export function isGathering(value: Scalar): boolean {
  return value.kind === 'aggregate' && value.name === gatherIds;
}

export function isOwnId(value: Scalar): boolean {
  return value.kind === 'call' && value.family === 'internal' && value.name === 'ids_of';
}

export function lineageOf(value: Scalar, input: Carried): Lineage {
  if (value.kind === 'column') return input.lineage.get(value.id) ?? noLineage;
  if (value.kind !== 'call' || value.family !== 'internal') return notSwept('its rows read from their neighbours');
  return bothOf(value.args.map((arg) => lineageOf(arg, input)));
}
