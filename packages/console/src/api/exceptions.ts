import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Exception, ExceptionPreview, ExceptionProposal } from './types.ts';

export const exceptionsQuery = queryOptions({
  queryKey: ['exceptions'],
  queryFn: async ({ signal }) => (await call<{ exceptions: Exception[] }>('/api/exceptions', { signal })).exceptions,
  refetchInterval: 30_000,
});

/** From narrow to wide, or in `none` why nothing is proposed. */
export function proposalsQuery(alert: number) {
  return queryOptions({
    queryKey: ['proposals', alert],
    queryFn: ({ signal }) =>
      call<{ none: string; proposals: ExceptionProposal[] }>('/api/exceptions/propose', {
        ...{ method: 'POST', body: { alert }, signal },
      }),
    // What a colleague has confirmed meanwhile counts.
    gcTime: 0,
  });
}

export interface Condition {
  /** Rule ids; null: all. */
  readonly rules: readonly string[] | null;
  readonly when: string;
  /** The alert that it is made for, where there is one. */
  readonly alert?: number | undefined;
}

export function previewQuery(condition: Condition) {
  return queryOptions({
    queryKey: ['exception-preview', condition],
    queryFn: ({ signal }) =>
      call<ExceptionPreview>('/api/exceptions/preview', { method: 'POST', body: condition, signal }),
    gcTime: 0,
  });
}

export interface Draft extends Condition {
  readonly name: string;
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
  readonly override?: string;
}

export function makeException(body: Draft): Promise<Exception> {
  return call<Exception>('/api/exceptions', { method: 'POST', body });
}

/** `expires` is a moment. */
export function renewException(
  id: string,
  body: { readonly expires: string; readonly reason: string; readonly override?: string },
): Promise<Exception> {
  return call<Exception>(`/api/exceptions/${encodeURIComponent(id)}/renew`, { method: 'POST', body });
}

export function endException(id: string, reason: string): Promise<Exception> {
  return call<Exception>(`/api/exceptions/${encodeURIComponent(id)}/end`, { method: 'POST', body: { reason } });
}
