import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Hunt, HuntResult, Tables } from './types.ts';

/** What a query may name; it stays as it is while the service runs. */
export const tablesQuery = queryOptions({
  queryKey: ['tables'],
  queryFn: ({ signal }) => call<Tables>('/api/tables', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const huntsQuery = queryOptions({
  queryKey: ['hunts'],
  queryFn: async ({ signal }) => (await call<{ hunts: Hunt[] }>('/api/hunts', { signal })).hunts,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Asks the lake. `id` is drawn anew for each; by it the query is cancelled. */
export function runQuery(
  body: { readonly id: string; readonly kql: string; readonly rows: number },
  signal: AbortSignal,
): Promise<HuntResult> {
  return call<HuntResult>('/api/queries', { method: 'POST', body, signal });
}

export function cancelQuery(id: string): Promise<void> {
  return call<void>(`/api/queries/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
