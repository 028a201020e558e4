import { useQueryClient } from '@tanstack/react-query';
import { createContext, useEffect, useState } from 'react';
import { meQuery } from '../session/session.ts';
import { harmless } from '../words/harmless.ts';
import { putAlerts } from './alerts.ts';
import type { Alert } from './types.ts';

export type Liveness = 'connecting' | 'live' | 'lost';

type Listener = (alerts: readonly Alert[]) => void;

/** Who wants to know of alerts that come or change. */
export class News {
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(alerts: readonly Alert[]): void {
    for (const listener of this.#listeners) listener(alerts);
  }
}

export const NewsContext = createContext(new News());

/** Alerts that come together are shown together; counts are asked anew no oftener; how long until it tries again, in
 *  milliseconds. */
const gatherFor = 250;
const countEvery = 2_000;
const againAfter = 5_000;

/** Keeps what is shown up to date by the service's events, and says whether it is. */
export function useLive(news: News, isIn: boolean): Liveness {
  const client = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (!isIn) return;
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    let counting: ReturnType<typeof setTimeout> | undefined;
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const gathered = new Map<number, Alert>();
    let wasLost = false;

    const flush = () => {
      gathering = undefined;
      const alerts = [...gathered.values()];
      gathered.clear();
      putAlerts(client, alerts);
      news.tell(alerts);
      counting ??= setTimeout(() => {
        counting = undefined;
        void client.invalidateQueries({ queryKey: ['counts'] });
      }, countEvery);
    };
    const open = () => {
      source = new EventSource('/api/events');
      source.addEventListener('begin', () => {
        setLiveness('live');
        // The browser comes back with the last id it knew; a stream that was opened anew knows none.
        if (wasLost) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
        wasLost = false;
      });
      source.addEventListener('alert', (event) => {
        const alert = harmless(JSON.parse((event as MessageEvent<string>).data)) as Alert;
        gathered.set(alert.id, alert);
        gathering ??= setTimeout(flush, gatherFor);
      });
      source.addEventListener('error', () => {
        setLiveness('lost');
        wasLost = true;
        if (source?.readyState !== EventSource.CLOSED) return;
        // Refused, not broken off: the session may have ended.
        void client.invalidateQueries({ queryKey: meQuery.queryKey });
        again = setTimeout(open, againAfter);
      });
    };
    open();
    return () => {
      source?.close();
      for (const timer of [again, counting, gathering]) clearTimeout(timer);
    };
  }, [client, news, isIn]);
  return liveness;
}
