import type { KqlType } from '../types.ts';
import type { Dialect } from './dialect.ts';
import type { Constant } from './emit.ts';

/** One output of a SELECT under construction. */
export interface Item {
  readonly sql: string;
  readonly type: KqlType;
  readonly nullable: boolean;
  readonly constant?: Constant;
  /** A column of FROM or a constant: free to repeat. */
  readonly plain: boolean;
}

/** A SELECT under construction. Each step of a plan either adds to it or, where SQL's order of clauses forbids that,
 *  stands on top of it as a subquery. */
export interface Select {
  readonly from: string | undefined;
  readonly items: ReadonlyMap<number, Item>;
  readonly where: readonly string[];
  /** Present where rows are grouped; empty for one group of all. */
  readonly group?: readonly string[];
  readonly distinctOn?: readonly string[];
  readonly orderBy: readonly { readonly id: number; readonly ascending: boolean; readonly nullsFirst: boolean }[];
  readonly limit?: string;
  /** Its items have window functions or unnest lists, which WHERE and GROUP BY cannot see. */
  readonly spread?: true;
}

/** May a step still filter rows or group them here? */
export function isOpen(select: Select): boolean {
  return (
    select.group === undefined &&
    select.distinctOn === undefined &&
    select.limit === undefined &&
    select.spread === undefined
  );
}

/** Names for the outputs, different without case too: DuckDB folds even quoted names. */
export function aliases(
  columns: readonly { readonly id: number; readonly name: string }[],
): ReadonlyMap<number, string> {
  const taken = new Set<string>();
  const result = new Map<number, string>();
  for (const column of columns) {
    if (result.has(column.id)) continue;
    let alias = column.name === '' ? '_' : column.name;
    for (let number = 2; taken.has(alias.toLowerCase()); number++) alias = `${column.name}_${number}`;
    taken.add(alias.toLowerCase());
    result.set(column.id, alias);
  }
  return result;
}

/** The SELECT as text, giving these columns in this order. */
export function selectSql(
  select: Select,
  columns: readonly { readonly id: number; readonly alias: string }[],
  dialect: Pick<Dialect, 'identifier' | 'orderBy' | 'firstMet'>,
): string {
  const list = columns.map(({ id, alias }) => `${need(select, id).sql} AS ${dialect.identifier(alias)}`);
  const lines = [
    `SELECT ${select.distinctOn === undefined ? '' : `DISTINCT ON (${select.distinctOn.join(', ')}) `}${list.join(', ') || 'true'}`,
  ];
  const grouped = select.group !== undefined && select.group.length > 0;
  if (select.from !== undefined) lines.push(`FROM ${select.from}`);
  if (select.where.length > 0) lines.push(`WHERE ${select.where.join(' AND ')}`);
  if (grouped) lines.push(`GROUP BY ${select.group.join(', ')}`);
  const keys = select.orderBy.flatMap(({ id, ascending, nullsFirst }) => {
    const item = need(select, id);
    // A value that all rows share orders none, and DuckDB refuses it.
    if (item.constant !== undefined) return [];
    const alias = columns.find((column) => column.id === id)?.alias;
    const named = !item.plain && alias !== undefined && item.type !== 'real';
    return [dialect.orderBy(named ? dialect.identifier(alias) : item.sql, item.type, ascending, nullsFirst)];
  });
  if (keys.length > 0 && grouped && dialect.firstMet !== undefined) keys.push(dialect.firstMet);
  if (keys.length > 0) lines.push(`ORDER BY ${keys.join(', ')}`);
  if (select.limit !== undefined) lines.push(`LIMIT ${select.limit}`);
  return lines.join('\n');
}

export function need(select: Select, id: number): Item {
  const item = select.items.get(id);
  if (item === undefined) throw new Error(`Column ${id} is not among the outputs of its input.`);
  return item;
}
