import type { ValuesNode } from '../../plan/relation.ts';
import type { Rendering } from '../rendering.ts';
import { aliases, type Item, type Select } from '../select.ts';

export function valuesSelect(node: ValuesNode, { dialect, alias }: Rendering): Select {
  if (node.columns.length === 0 && node.rows.length === 1)
    return { from: undefined, items: new Map(), where: [], orderBy: [] };
  const names = [...aliases(node.columns).values()];
  const table = alias();
  const rows = node.rows.map(
    (row) => `(${node.columns.map((column, index) => dialect.constant(row[index] ?? null, column.type)).join(', ')})`,
  );
  const empty = `SELECT ${node.columns.map((column) => dialect.constant(null, column.type)).join(', ')} WHERE false`;
  const source = rows.length === 0 ? empty : `VALUES ${rows.join(', ')}`;
  const items = new Map<number, Item>();
  for (const [index, column] of node.columns.entries()) {
    const nullable = column.type !== 'string' && node.rows.some((row) => isNull(row[index]));
    const sql = `${table}.${dialect.identifier(names[index] ?? '')}`;
    items.set(column.id, { sql, type: column.type, nullable, plain: true });
  }
  const header = names.map((name) => dialect.identifier(name)).join(', ');
  return { from: `(${source}) AS ${table}(${header})`, items, where: [], orderBy: [] };
}

function isNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && value !== null && 'json' in value && value.json === null);
}
