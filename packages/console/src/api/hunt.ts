import { queryOptions } from '@tanstack/react-query';
import { harmless } from '../words/harmless.ts';
import { call } from './client.ts';
import type { HuntResult, Hunts, SavedHunt, Tables } from './types.ts';

/** What a query may name; it stays as it is while the service runs. */
export const tablesQuery = queryOptions({
  queryKey: ['tables'],
  queryFn: ({ signal }) => call<Tables>('/api/tables', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const huntsQuery = queryOptions({
  queryKey: ['hunts'],
  queryFn: async ({ signal }): Promise<Hunts> => {
    const { hunts, saved } = await call<Hunts>('/api/hunts', { signal, isVerbatim: true });
    return { hunts: harmless(hunts), saved: saved.map(asSaved) };
  },
});

/** A query that is saved again is the one that was saved: the editor shows what steers a text, and its lines end so. */
function asSaved(hunt: SavedHunt): SavedHunt {
  return { ...harmless(hunt), query: hunt.query.replaceAll('\r\n', '\n') };
}

export type HuntDraft = Pick<SavedHunt, 'name' | 'hypothesis' | 'reading' | 'query' | 'range'>;

export async function saveHunt(body: HuntDraft): Promise<SavedHunt> {
  return asSaved(await call<SavedHunt>('/api/hunts', { method: 'POST', body, isVerbatim: true }));
}

/** `revision` is the one that the change was made on. */
export async function changeHunt(id: number, body: HuntDraft & Pick<SavedHunt, 'revision'>): Promise<SavedHunt> {
  return asSaved(await call<SavedHunt>(`/api/hunts/${id}`, { method: 'PATCH', body, isVerbatim: true }));
}

export function removeHunt(id: number): Promise<void> {
  return call<void>(`/api/hunts/${id}`, { method: 'DELETE' });
}

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
