import { type Bound, bare, nameOf } from '../../parse/tree.ts';
import type { Env, Lowering } from '../context.ts';
import { escapeRegex } from '../escape-regex.ts';
import { viewNamed } from '../functions.ts';
import type { Table } from '../table.ts';

/** One input of `union`, `search` or `find`. */
export interface Leg {
  readonly table: Table;
  /** What `withsource=` says of its rows: the name of a table, a view or of `as`; otherwise `union_arg0` and so on. */
  readonly label: string;
}

/** The tables of a list (names, wildcards, subqueries) behind those that are `first`. One without a name of its own is
 *  called by its place: `prefix` and a number from 0. */
export function legsOf(
  nodes: readonly Bound[],
  first: readonly Table[],
  prefix: string,
  env: Env,
  context: Lowering,
): readonly Leg[] {
  const places = [...first.map((table) => [table]), ...nodes.map((node) => tablesOf(bare(node), env, context))];
  return places.flatMap((tables, place) =>
    tables.map((table) => ({ table, label: table.name ?? `${prefix}${place}` })),
  );
}

/** All tables of the schema and all views of the query. */
export function everything(env: Env, context: Lowering, node: Bound): readonly Leg[] {
  return matching(/^/, env, context, node).map((table) => ({ table, label: table.name ?? '' }));
}

export function isWildcard(node: Bound): boolean {
  return node.kind === 'NameReference' && node.child('Name')?.kind === 'WildcardedName';
}

/** A wildcard stands for every table and view that it matches. */
function tablesOf(node: Bound, env: Env, context: Lowering): readonly Table[] {
  if (!isWildcard(node)) return [context.relation(node, env)];
  return matching(new RegExp(`^${nameOf(node).split('*').map(escapeRegex).join('.*')}$`), env, context, node);
}

/** A view hides a table of its name. */
function matching(pattern: RegExp, env: Env, context: Lowering, node: Bound): readonly Table[] {
  const views = env.views().filter((name) => pattern.test(name));
  const tables = Object.keys(context.schema.tables).filter((name) => pattern.test(name) && !views.includes(name));
  return [
    ...tables.map((name) => context.scan(name, node)),
    ...views.flatMap((name) => {
      const binding = env.find(name);
      return binding?.kind === 'function' ? [viewNamed(name, binding, context)] : [];
    }),
  ];
}
