import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Rule, RuleDetail, RuleGuide } from './types.ts';

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: async ({ signal }) => (await call<{ rules: Rule[] }>('/api/rules', { signal })).rules,
});

export function ruleQuery(id: string) {
  return queryOptions({
    queryKey: ['rules', id],
    queryFn: ({ signal }) => call<RuleDetail>(`/api/rules/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 30_000,
  });
}

export function ruleGuideQuery(id: string) {
  return queryOptions({
    queryKey: ['rules', id, 'guide'],
    queryFn: ({ signal }) => call<RuleGuide>(`/api/rules/${encodeURIComponent(id)}/guide`, { signal }),
    retry: false,
  });
}

export function setRule(id: string, change: { readonly enabled: boolean; readonly reason: string }): Promise<Rule> {
  return call<Rule>(`/api/rules/${encodeURIComponent(id)}`, { method: 'PATCH', body: change });
}
