import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { apiQuery, type QueueSearch } from '../queue/search.ts';
import { call } from './client.ts';
import type { Alert, AlertChange, AlertCounts, AlertPage, Evidence, Outcome, Related, TrailEntry } from './types.ts';

/** Alerts a page; as many at once as the service changes. */
const pageSize = 250;
export const bulkMost = 500;

export function alertsQuery(search: QueueSearch) {
  return infiniteQueryOptions({
    queryKey: ['alerts', search],
    queryFn: ({ pageParam, signal }) => {
      const query = apiQuery(search);
      query.set('order', search.order ?? 'priority');
      query.set('limit', String(pageSize));
      if (pageParam !== null) query.set('cursor', pageParam);
      return call<AlertPage>(`/api/alerts?${query}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: AlertPage) => last.next,
  });
}

export function countsQuery(search: QueueSearch) {
  return queryOptions({
    queryKey: ['counts', search],
    queryFn: ({ signal }) => call<AlertCounts>(`/api/alerts/counts?${apiQuery(search)}`, { signal }),
  });
}

export function alertQuery(id: number) {
  return queryOptions({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => call<Alert>(`/api/alerts/${id}`, { signal }),
  });
}

/** What else is told of one alert: asked anew whenever the alert changes. */
export function evidenceQuery(id: number) {
  return queryOptions({
    queryKey: ['alert', id, 'evidence'],
    queryFn: ({ signal }) => call<Evidence>(`/api/alerts/${id}/evidence`, { signal }),
  });
}

export function relatedQuery(id: number) {
  return queryOptions({
    queryKey: ['alert', id, 'related'],
    queryFn: async ({ signal }) =>
      (await call<{ related: Related[] }>(`/api/alerts/${id}/related?limit=50`, { signal })).related,
  });
}

export function trailQuery(id: number) {
  return queryOptions({
    queryKey: ['alert', id, 'trail'],
    queryFn: async ({ signal }) =>
      (await call<{ entries: TrailEntry[] }>(`/api/alerts/${id}/trail?limit=500`, { signal })).entries,
  });
}

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => (await call<{ people: string[] }>('/api/people', { signal })).people,
  staleTime: 300_000,
});

/** Does the same to several alerts as they were seen; what each came to. */
export async function changeAlerts(alerts: readonly Alert[], change: AlertChange): Promise<Outcome[]> {
  const results: Outcome[] = [];
  for (let from = 0; from < alerts.length; from += bulkMost) {
    const targets = alerts.slice(from, from + bulkMost).map(({ id, version }) => ({ id, version }));
    const body = { targets, change };
    results.push(...(await call<{ results: Outcome[] }>('/api/alerts/bulk', { method: 'POST', body })).results);
  }
  return results;
}

/** Puts alerts as they are now wherever they are shown; lists keep their order. */
export function putAlerts(client: QueryClient, alerts: readonly Alert[]): void {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const newer = (old: Alert): Alert => {
    const told = byId.get(old.id);
    return told !== undefined && told.version >= old.version ? told : old;
  };
  client.setQueriesData<{ pages: AlertPage[]; pageParams: unknown[] }>({ queryKey: ['alerts'] }, (data) => {
    if (data === undefined || !data.pages.some((page) => page.alerts.some(({ id }) => byId.has(id)))) return data;
    return { ...data, pages: data.pages.map((page) => ({ ...page, alerts: page.alerts.map(newer) })) };
  });
  for (const alert of alerts) {
    client.setQueryData<Alert>(['alert', alert.id], (old) => (old === undefined ? old : newer(old)));
    // Its trail, evidence and kin have changed with it.
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'alert' && queryKey[1] === alert.id && queryKey.length > 2,
    });
  }
}
