import { useInfiniteQuery } from '@tanstack/react-query';
import { useContext, useEffect, useMemo, useState } from 'react';
import { alertsQuery } from '../api/alerts.ts';
import { NewsContext } from '../api/live.ts';
import type { Alert } from '../api/types.ts';
import { mayShow, type QueueSearch } from './search.ts';

/** The alerts of a list. Rows stand still under a person's hand: what comes meanwhile is counted (`waiting`) until it is
 *  brought in, and what others change stays where it is, shown as it is now. */
export function useRows(search: QueueSearch) {
  const query = useInfiniteQuery(alertsQuery(search));
  const news = useContext(NewsContext);
  const [acted, setActed] = useState<ReadonlySet<number>>(new Set());
  const [waiting, setWaiting] = useState<ReadonlySet<number>>(new Set());

  const loaded = useMemo(() => {
    const byId = new Map<number, Alert>();
    for (const { alerts } of query.data?.pages ?? []) for (const alert of alerts) byId.set(alert.id, alert);
    return byId;
  }, [query.data]);
  // What one has done oneself leaves the list where it no longer belongs there.
  const rows = useMemo(
    () => [...loaded.values()].filter((alert) => !acted.has(alert.id) || mayShow(search, alert)),
    [loaded, acted, search],
  );

  useEffect(
    () =>
      news.listen((alerts) => {
        const come = alerts.filter((alert) => !loaded.has(alert.id) && mayShow(search, alert));
        if (come.length > 0) setWaiting((before) => new Set([...before, ...come.map(({ id }) => id)]));
      }),
    [news, loaded, search],
  );
  // Asked anew, for whatever reason: what waited is among the rows, or does not belong there.
  const { dataUpdatedAt, refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the moment of the answer is what counts
  useEffect(() => {
    setWaiting((before) => {
      const still = [...before].filter((id) => !loaded.has(id));
      return still.length === before.size ? before : new Set(still);
    });
  }, [dataUpdatedAt]);

  return {
    query,
    rows,
    waiting: waiting.size,
    bringIn: async () => {
      await refetch();
      setWaiting(new Set());
      setActed(new Set());
    },
    left: (ids: readonly number[]) => setActed((before) => new Set([...before, ...ids])),
  };
}
