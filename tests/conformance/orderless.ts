import { type Plan, type Relation, relationsOf, walk } from '../../packages/kql/src/index.ts';

/** Does the query gather a list from rows that come in no order? Then the recorded order is one of many. */
export function gathersWithoutOrder(plan: Plan): boolean {
  let found = false;
  walk(plan.relation, (node) => {
    if (node.kind !== 'summarize') return;
    const lists = node.aggregates.some(
      ({ value }) => value.kind === 'aggregate' && value.name.startsWith('make_list') && value.order.length === 0,
    );
    if (lists && losesOrder(node.input)) found = true;
  });
  return found;
}

/** A grouping or a join below gives its rows in any order. */
function losesOrder(node: Relation): boolean {
  return node.kind === 'summarize' || node.kind === 'join' || relationsOf(node).some(losesOrder);
}
