import type { Column, KqlType, Schema } from '../types.ts';
import { type Bound, nameOf, need, visit } from './tree.ts';

/** The schema with the query's views (`let V = view () {…}`) among its tables, so that the binder sees what a wildcard or
 *  a search over everything reaches. Undefined where the query has none, or nothing that would reach them. */
export function withViews(root: Bound, schema: Schema): Schema | undefined {
  const views: Record<string, readonly Column[]> = {};
  let reached = false;
  visit(root, (node) => {
    if (node.kind === 'WildcardedName' || node.kind === 'SearchOperator') reached = true;
    if (node.kind !== 'LetStatement') return;
    const value = need(node, 'Expression');
    const columns =
      value.child('ViewKeyword') === undefined ? undefined : value.child('Body')?.child('Expression')?.columns;
    if (columns !== undefined)
      views[nameOf(need(node, 'Name'))] = columns.map(({ name, type }) => ({ name, type: type as KqlType }));
  });
  return reached && Object.keys(views).length > 0 ? { ...schema, tables: { ...schema.tables, ...views } } : undefined;
}
