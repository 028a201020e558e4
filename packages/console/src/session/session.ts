import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiProblem, call } from '../api/client.ts';
import type { Me } from '../api/types.ts';

/** Who is logged in; null: nobody. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await call<Me>('/api/me', { signal });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  // The moment at which a session ends unused is noticed within this time, in milliseconds.
  refetchInterval: 60_000,
});

/** Who looks at the page, where somebody is logged in. */
export function useMe(): Me {
  const { data } = useQuery(meQuery);
  return data ?? { name: '', role: 'viewer', scopes: [], expires: null };
}

/** Whether whoever looks may change anything. */
export function useMayWrite(): boolean {
  return useMe().scopes.includes('write');
}

/** Puts into the cache who has just logged in, and asks everything anew that was refused meanwhile. */
export function useEntered(): (me: Me) => Promise<void> {
  const client = useQueryClient();
  return async (me) => {
    client.setQueryData(meQuery.queryKey, me);
    // A one-time link that was used opens nothing any more.
    await client.invalidateQueries({ predicate: ({ queryKey }) => !['me', 'link'].includes(String(queryKey[0])) });
  };
}
