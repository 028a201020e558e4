import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { RuleCheck, RuleVersion, RuleVersions } from './types.ts';

const at = (rule: string) => `/api/rules/${encodeURIComponent(rule)}`;

/** The latest first. */
export function versionsQuery(rule: string) {
  return queryOptions({
    queryKey: ['rules', rule, 'versions'],
    queryFn: ({ signal }) => call<RuleVersions>(`${at(rule)}/versions`, { signal }),
  });
}

/** What a version says, as it is in the file: it is shown where what steers a text is shown. */
export function versionTextQuery(rule: string, number: number) {
  return queryOptions({
    queryKey: ['rules', rule, 'versions', number],
    queryFn: async ({ signal }) =>
      (await call<RuleVersion & { text: string }>(`${at(rule)}/versions/${number}`, { signal, isVerbatim: true })).text,
    // It never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What is wrong with a text; `of` is the rule that it is the next of, null a new one. */
export function checkRule(body: { readonly yaml: string; readonly of: string | null }, signal?: AbortSignal) {
  return call<RuleCheck>('/api/rules/check', { method: 'POST', body, signal });
}

export function saveRule(
  rule: string,
  body: { readonly yaml: string; readonly base: number; readonly reason: string },
): Promise<RuleVersion> {
  return call<RuleVersion>(at(rule), { method: 'PUT', body });
}

export function createRule(body: { readonly yaml: string; readonly reason: string }): Promise<RuleVersion> {
  return call<RuleVersion>('/api/rules', { method: 'POST', body });
}
