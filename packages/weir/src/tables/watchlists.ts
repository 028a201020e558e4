import type { Schema } from '@weir/kql/types';
import { weirSchema } from './index.ts';

/** The table behind `_GetWatchlist('name')`. Its name has a blank, so that no query means it by accident. */
export function watchlistTable(name: string): string {
  return `Watchlist ${name}`;
}

export function isWatchlist(table: string): boolean {
  return table.startsWith(watchlistTable(''));
}

/** What a watchlist shows: the column that it is looked up by as SearchKey, as Sentinel has it, and its own. */
export const searchKeyColumn = 'SearchKey';

/** What a query may name where watchlists are at hand. One object for each set of them: compilers remember it. */
export function schemaWith(
  watchlists: readonly { readonly name: string; readonly columns: readonly string[] }[],
): Schema {
  if (watchlists.length === 0) return weirSchema;
  const tables = watchlists.map(({ name, columns }) => [
    watchlistTable(name),
    [searchKeyColumn, ...columns].map((column) => ({ name: column, type: 'string' as const })),
  ]);
  return {
    ...weirSchema,
    tables: { ...weirSchema.tables, ...Object.fromEntries(tables) },
    watchlists: Object.fromEntries(watchlists.map(({ name }) => [name, watchlistTable(name)])),
  };
}
