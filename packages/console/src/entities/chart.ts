import type { Entity } from '../api/entities.ts';
import { longOf } from '../words/figures.ts';
import { momentOf } from '../words/time.ts';

const dayLength = 86_400_000;

export interface ChartDay {
  /** ISO 8601. */
  readonly day: string;
  /** Bytes; null: of no connection are they known, or there was none. */
  readonly sent: number | null;
  readonly connections: number;
  /** Connections that nobody counted bytes of. */
  readonly uncounted: number;
}

/** Every day that was looked at, also those without a connection; the figure that the chart's top stands for. */
export function chartOf({ days, from, until, usual }: Entity): { readonly days: ChartDay[]; readonly most: number } {
  const told = new Map(days.map((day) => [momentOf(day.day), day]));
  const first = momentOf(from);
  const all = Array.from({ length: Math.round((momentOf(until) - first) / dayLength) }, (_, nth): ChartDay => {
    const at = first + nth * dayLength;
    const day = told.get(at);
    const { bytesSent = null, connections = 0, bytesKnown = 0 } = day ?? {};
    return {
      day: new Date(at).toISOString(),
      sent: bytesSent === null ? null : Number(longOf(bytesSent)),
      connections,
      uncounted: connections - bytesKnown,
    };
  });
  const marks = [...all.map(({ sent }) => sent ?? 0), Number(longOf(usual.p90 ?? 0))];
  return { days: all, most: Math.max(...marks) };
}
