import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client.ts';

/** What was asked is kept while it is on the page; what failed for want of an answer is asked again. */
export function queryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) =>
          failures < 3 && error instanceof ApiProblem && [0, 502, 503, 504].includes(error.status),
        retryDelay: (failures) => Math.min(1_000 * 2 ** failures, 15_000),
      },
      mutations: { retry: false },
    },
  });
}
