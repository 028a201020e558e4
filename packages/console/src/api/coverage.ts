import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Coverage, Gap, Storage } from './types.ts';

/** The service looks at all connections of two days for it: not oftener than need be. */
export const coverageQuery = queryOptions({
  queryKey: ['coverage'],
  queryFn: ({ signal }) => call<Coverage>('/api/coverage', { signal }),
  staleTime: 300_000,
});

export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: ({ signal }) => call<Storage>('/api/storage', { signal }),
});

export function gapsQuery(of: { readonly rule?: string; readonly open?: boolean } = {}) {
  return infiniteQueryOptions({
    queryKey: ['gaps', of],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: '50' });
      if (of.rule !== undefined) query.set('rule', of.rule);
      if (of.open !== undefined) query.set('open', String(of.open));
      if (pageParam !== null) query.set('cursor', pageParam);
      return call<{ gaps: Gap[]; next: string | null }>(`/api/gaps?${query}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}
