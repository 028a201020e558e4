import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Health, Reject, Source } from './types.ts';

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: async ({ signal }) => (await call<{ sources: Source[] }>('/api/sources', { signal })).sources,
  refetchInterval: 10_000,
});

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => call<Health>('/api/health', { signal }),
  refetchInterval: 10_000,
});

export const rejectsQuery = queryOptions({
  queryKey: ['rejects'],
  queryFn: async ({ signal }) => (await call<{ rejects: Reject[] }>('/api/rejects?limit=20', { signal })).rejects,
  refetchInterval: 30_000,
});
