import { queryOptions } from '@tanstack/react-query';
import { drawnId } from '../present.ts';
import { call } from './client.ts';
import type { Guide, QueryResult } from './types.ts';

export function guideQuery(id: number) {
  return queryOptions({
    queryKey: ['alert', id, 'guide'],
    queryFn: ({ signal }) => call<Guide>(`/api/alerts/${id}/guide`, { signal }),
  });
}

/** Asks the lake; it is given up where the page does not wait for it any more. */
export function askQuestion(id: number, question: string, signal: AbortSignal): Promise<QueryResult> {
  const path = `/api/alerts/${id}/questions/${encodeURIComponent(question)}`;
  return call<QueryResult>(path, { method: 'POST', body: { id: drawnId() }, signal });
}

export function doStep(id: number, step: string, done: boolean): Promise<Guide> {
  return call<Guide>(`/api/alerts/${id}/steps`, { method: 'POST', body: { step, done } });
}
