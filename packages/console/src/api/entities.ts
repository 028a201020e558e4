import { queryOptions } from '@tanstack/react-query';
import { drawnId } from '../present.ts';
import type { Long } from '../words/figures.ts';
import { call } from './client.ts';

/** What has a page of its own. */
export const pagedKinds = ['device', 'account', 'process', 'service'] as const;
export type PagedKind = (typeof pagedKinds)[number];

export interface EntityDay {
  day: string;
  bytesSent: Long | null;
  connections: number;
  bytesKnown: number;
}

export interface EntityShare {
  name: string;
  isService: boolean;
  bytesSent: Long | null;
  connections: number;
  bytesKnown: number;
  days: number;
}

export interface Usual {
  days: number;
  median: Long | null;
  p90: Long | null;
  isLearning: boolean;
}

export interface Entity {
  kind: PagedKind;
  name: string;
  from: string;
  until: string;
  looked: string;
  oldest: string | null;
  firstSeen: string | null;
  lastSeen: string | null;
  days: EntityDay[];
  usual: Usual;
  services: EntityShare[];
  devices: EntityShare[];
  processes: EntityShare[];
  accounts: EntityShare[];
}

/** The service sums up a month of connections for it: asked once, and given up where the page does not wait for it any more.
 *  `at`: the moment that is compared with the days before it; else the present. */
export function entityQuery(kind: PagedKind, name: string, at?: string) {
  return queryOptions({
    queryKey: ['entity', kind, name, at ?? ''],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ id: drawnId(), ...(at === undefined ? {} : { at }) });
      return call<Entity>(`/api/entities/${kind}/${encodeURIComponent(name)}?${query}`, { signal });
    },
    staleTime: 300_000,
    retry: false,
  });
}
