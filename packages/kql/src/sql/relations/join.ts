import { columnsOf } from '../../plan/columns.ts';
import type { JoinNode, Relation } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { type Ids, pick, type Rendering, reads, union } from '../rendering.ts';
import { scalarSql } from '../scalar.ts';
import type { Item, Select } from '../select.ts';

export function joinSelect(node: JoinNode, needed: Ids, rendering: Rendering): Select {
  const { dialect } = rendering;
  const side = (relation: Relation, keys: readonly Scalar[]) =>
    rendering.wrap(rendering.render(relation, pick(relation, union(needed, reads(keys)))), columnsOf(relation));
  const left = side(
    node.left,
    node.on.map((pair) => pair.left),
  );
  const right = side(
    node.right,
    node.on.map((pair) => pair.right),
  );
  const [l, r] = [rendering.around(left.items), rendering.around(right.items)];
  const on = node.on.map((pair) => dialect.joined(scalarSql(pair.left, l), scalarSql(pair.right, r)));
  const leftPadded = node.join === 'rightouter' || node.join === 'fullouter';
  const rightPadded = node.join === 'leftouter' || node.join === 'fullouter';
  const items = new Map<number, Item>();
  for (const [id, item] of left.items) items.set(id, leftPadded ? padded(item) : item);
  if (node.join !== 'leftsemi' && node.join !== 'leftanti') {
    for (const [id, item] of right.items) items.set(id, rightPadded ? padded(item) : item);
  }
  return {
    from: `${left.from}\n${dialect.joins[node.join]} ${right.from} ON ${on.join(' AND ')}`,
    items,
    where: [],
    orderBy: [],
  };
}

/** A column of a side that may have no partner. */
function padded(item: Item): Item {
  return item.type === 'string'
    ? { sql: `coalesce(${item.sql}, '')`, type: item.type, nullable: false, plain: false }
    : { sql: item.sql, type: item.type, nullable: true, plain: true };
}
