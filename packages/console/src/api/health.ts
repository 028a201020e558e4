import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Source } from './types.ts';

export const sourcesQuery = queryOptions({
  queryKey: ['sources'],
  queryFn: async ({ signal }) => (await call<{ sources: Source[] }>('/api/sources', { signal })).sources,
  refetchInterval: 10_000,
});
