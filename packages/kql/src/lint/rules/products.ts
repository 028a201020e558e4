import type { Product, Query } from '../rule.ts';
import { standardColumns } from '../schemas/tables.ts';

/** The product's name in a sentence. */
export function productName(product: Product): string {
  return { defender: 'Defender', sentinel: 'Sentinel', weir: 'Weir' }[product];
}

/** Does the table have the column where the rule runs? A table whose columns are not known has every column. The two
 *  flavours of Defender's tables are documented at different times: what one lists, the other has, the workspace's own
 *  columns and the time aside. */
export function hasColumn(
  { product, schemas }: Pick<Query, 'product' | 'schemas'>,
  table: string,
  column: string,
): boolean {
  const own = schemas[product].tables[table];
  if (own === undefined || own.some(({ name }) => name === column)) return true;
  if (product === 'weir') return false;
  if (product === 'sentinel' && standardColumns.has(column)) return true;
  if (column === 'Timestamp' || standardColumns.has(column)) return false;
  const other = schemas[product === 'defender' ? 'sentinel' : 'defender'].tables[table];
  return other?.some(({ name }) => name === column) ?? false;
}
