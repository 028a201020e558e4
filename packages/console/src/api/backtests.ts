import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Severity } from './types.ts';

/** As far as the page reads what `weir backtest` prints. */
export interface Played {
  rules: {
    days: PlayedDay[];
    findings: PlayedFinding[];
    against: { error: string | null; days: PlayedDay[]; new: PlayedFinding[]; gone: PlayedFinding[] } | null;
  }[];
}

export interface PlayedDay {
  day: string;
  hosts: number;
  notified: number;
  informational: number;
  hidden: number;
  suppressed: number;
}

export interface PlayedFinding {
  id: string;
  title: string;
  severity: Severity;
  outcome: 'notified' | 'informational' | 'hidden' | 'suppressed';
  foundAt: string | null;
  alertedAt: string | null;
  firstSeen: string;
}

export interface Job {
  id: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  started: string;
  ended: string | null;
  progress: string;
  problem: { code: string; message: string; advice: string } | null;
  result: Played | null;
}

type Version = { readonly id: string } | { readonly yaml: string };

export function startBacktest(body: {
  readonly rule: Version;
  readonly against: Version | null;
  /** ISO 8601. */
  readonly since: string;
}): Promise<Job> {
  return call<Job>('/api/backtests', { method: 'POST', body });
}

/** How it does, asked again until it has ended. */
export function backtestQuery(id: string) {
  return queryOptions({
    queryKey: ['backtests', id],
    queryFn: ({ signal }) => call<Job>(`/api/backtests/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined || data.ended === null ? 1_000 : false),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function cancelBacktest(id: string): Promise<Job> {
  return call<Job>(`/api/backtests/${encodeURIComponent(id)}`, { method: 'DELETE' });
}
