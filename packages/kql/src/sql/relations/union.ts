import { columnsOf } from '../../plan/columns.ts';
import type { UnionNode } from '../../plan/relation.ts';
import type { Ids, Rendering } from '../rendering.ts';
import { aliases, type Item, need, type Select, selectSql } from '../select.ts';

export function unionSelect(node: UnionNode, needed: Ids, rendering: Rendering): Select {
  const { dialect } = rendering;
  const positions = node.columns.flatMap((column, index) => (needed.has(column.id) ? [index] : []));
  const columns = positions.flatMap((index) => node.columns[index] ?? []);
  const names = aliases(columns);
  const nullable = new Set<number>();
  const branches = node.inputs.map((item) => {
    const ids = positions.map((index) => item.columns[index] ?? -1);
    const rendered = rendering.render(item.input, new Set(ids));
    const select =
      rendered.limit === undefined && rendered.orderBy.length === 0
        ? rendered
        : rendering.wrap(rendered, columnsOf(item.input));
    const outputs = columns.map((column, index) => {
      const id = ids[index] ?? -1;
      if (need(select, id).nullable) nullable.add(column.id);
      return { id, alias: names.get(column.id) ?? column.name };
    });
    return selectSql(select, outputs, dialect);
  });
  const table = rendering.alias();
  const items = new Map<number, Item>();
  for (const [id, alias] of names) {
    const type = columns.find((column) => column.id === id)?.type ?? 'string';
    items.set(id, { sql: `${table}.${dialect.identifier(alias)}`, type, nullable: nullable.has(id), plain: true });
  }
  return { from: `(${branches.join('\nUNION ALL\n')}) AS ${table}`, items, where: [], orderBy: [] };
}
