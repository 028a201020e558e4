import { columnsOf } from '../../plan/columns.ts';
import type { ExpandNode, RangeNode } from '../../plan/relation.ts';
import { type Ids, pick, type Rendering, reads, union } from '../rendering.ts';
import { scalarSql } from '../scalar.ts';
import { type Item, need, type Select } from '../select.ts';

/** `range`: the rows of one list. */
export function rangeSelect(node: RangeNode, rendering: Rendering): Select {
  const { lists } = rendering.dialect;
  const around = rendering.around(new Map());
  const [from = '', to = '', step = ''] = [node.from, node.to, node.step].map((value) => scalarSql(value, around).sql);
  const rows = lists.unnest(undefined, [lists.series(from, to, step, node.column.type)], rendering.alias);
  const item: Item = { sql: rows.columns[0] ?? '', type: node.column.type, nullable: false, plain: false };
  const select: Select = { from: rows.from, items: new Map([[node.column.id, item]]), where: [], orderBy: [] };
  return rendering.wrap({ ...select, spread: true }, [node.column]);
}

/** `mv-expand`: lists first, as columns; then each row once for each place of its longest list. */
export function expandSelect(node: ExpandNode, needed: Ids, rendering: Rendering): Select {
  const { lists } = rendering.dialect;
  const values = node.items.map((item) => item.value);
  const input = rendering.render(node.input, pick(node.input, union(needed, reads(values))));
  const ready = rendering.ready(input, node.input, values, false);
  const around = rendering.around(ready.items);
  const withLists = new Map(ready.items);
  for (const { column, value, pairs } of node.items) {
    const list = lists.expansion(scalarSql(value, around).sql, pairs);
    const sql = node.limit === undefined ? list : lists.first(list, node.limit);
    withLists.set(column.id, { sql, type: 'dynamic', nullable: true, plain: false });
  }
  const all = [...columnsOf(node.input), ...node.items.map((item) => item.column)];
  const inner = rendering.wrap({ ...ready, items: withLists }, all);
  const expanded = node.items.map((item) => ({ id: item.column.id, list: need(inner, item.column.id).sql }));
  const sources = expanded.map(({ list }) => list);
  if (node.index !== undefined) sources.push(lists.places(sources));
  const rows = lists.unnest(inner.from, sources, rendering.alias);
  const items = new Map(inner.items);
  for (const [place, { id }] of expanded.entries()) {
    items.set(id, { ...need(inner, id), sql: rows.columns[place] ?? '', plain: false });
  }
  if (node.index !== undefined) {
    items.set(node.index.id, { sql: rows.columns.at(-1) ?? '', type: 'long', nullable: false, plain: false });
  }
  return rendering.wrap({ ...inner, from: rows.from, items, spread: true }, columnsOf(node));
}
