import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Rule } from './types.ts';

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) => (await call<{ rules: Rule[] }>('/api/rules', { signal })).rules,
});

export function setRule(id: string, change: { readonly enabled: boolean; readonly reason: string }): Promise<Rule> {
  return call<Rule>(`/api/rules/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}
