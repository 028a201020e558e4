import { columnsOf } from '../../plan/columns.ts';
import type { SummarizeNode } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { type Ids, type Rendering, reads } from '../rendering.ts';
import { scalarSql } from '../scalar.ts';
import type { Item, Select } from '../select.ts';

export function summarizeSelect(
  { input: node, groups, aggregates }: SummarizeNode,
  needed: Ids,
  rendering: Rendering,
): Select {
  const kept = aggregates.filter((defined) => needed.has(defined.column.id));
  const values = [...groups, ...kept].map((defined) => defined.value);
  let ready = rendering.ready(rendering.render(node, reads(values)), node, values, true);
  if (groups.some((defined) => isConstant(defined.value, ready.items))) {
    // A constant in GROUP BY would be taken for a position.
    ready = rendering.wrap(ready, columnsOf(node));
  }
  const around = rendering.around(ready.items);
  const items = new Map<number, Item>();
  const group: string[] = [];
  for (const { column, value } of groups) {
    const { sql, nullable } = scalarSql(value, around);
    group.push(value.kind === 'constant' ? `(SELECT ${sql})` : sql);
    items.set(column.id, { sql, type: column.type, nullable, plain: false });
  }
  for (const { column, value } of kept) {
    const { sql, nullable } = scalarSql(value, around);
    items.set(column.id, { sql, type: column.type, nullable, plain: false });
  }
  if (kept.length === 0 && groups.length === 0) {
    // One row with no column that anybody reads; still one row.
    const any = aggregates[0]?.column;
    if (any !== undefined) items.set(any.id, { sql: 'count(*)', type: 'long', nullable: false, plain: false });
  }
  return { from: ready.from, where: ready.where, items, group, orderBy: [] };
}

function isConstant(value: Scalar, items: ReadonlyMap<number, Item>): boolean {
  return value.kind === 'column' && items.get(value.id)?.constant !== undefined;
}
