import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { RuleCheck, RuleVersion, RuleVersions, ShippedRule } from './types.ts';

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

/** What a copy of a shipped rule hides, each text as it is in its file. */
export function shippedQuery(rule: string) {
  return queryOptions({
    queryKey: ['rules', rule, 'shipped'],
    queryFn: ({ signal }) => call<ShippedRule>(`${at(rule)}/shipped`, { signal, isVerbatim: true }),
  });
}

/** A copy stays as it is beside what ships with Weir by now, which is `text`. */
export function keepCopy(rule: string, text: string): Promise<void> {
  return call<void>(`${at(rule)}/keep`, { method: 'POST', body: { text } });
}

/** The copy goes, and the shipped rule runs again; `base` is the latest version. */
export function dropCopy(rule: string, body: { readonly base: number; readonly reason: string }): Promise<RuleVersion> {
  return call<RuleVersion>(`${at(rule)}/back`, { method: 'POST', body });
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
