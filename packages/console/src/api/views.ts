import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { AlertView } from './types.ts';

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async ({ signal }) => (await call<{ views: AlertView[] }>('/api/views', { signal })).views,
});

type Kept = Pick<AlertView, 'name' | 'search' | 'shared'>;

export function addView(body: Kept): Promise<AlertView> {
  return call<AlertView>('/api/views', { method: 'POST', body });
}

export function changeView(id: number, body: Partial<Kept>): Promise<AlertView> {
  return call<AlertView>(`/api/views/${id}`, { method: 'PATCH', body });
}

export function removeView(id: number): Promise<void> {
  return call<void>(`/api/views/${id}`, { method: 'DELETE' });
}
