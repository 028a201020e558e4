import { ticksPerDay } from '@weir/kql/types';
import type { Store } from '../store/store.ts';
import type { Destination } from './destination.ts';

/** How a destination fares. Times are ticks. */
export interface DestinationHealth {
  readonly name: string;
  /** Since when nothing arrives there, and what it says; null where all is well. */
  readonly failing: { readonly since: bigint; readonly error: string; readonly nextTry: bigint } | null;
  /** Notices that wait, in messages or to be put into one. */
  readonly waiting: number;
  /** Messages that were given up and not sent again, as far as they are kept; and those of the last day among them. */
  readonly dead: number;
  readonly deadLately: number;
}

/** Messages to a destination that is no longer named, which nobody has sent again or accepted. */
export interface Stranded {
  readonly name: string;
  readonly messages: number;
}

export function strandedMessages(store: Store, destinations: readonly Destination[]): Stranded[] {
  return store
    .statement(`SELECT destination AS name, count(*) AS n FROM message
      WHERE state = 'dead' AND destination NOT IN (SELECT value FROM json_each(?)) GROUP BY name ORDER BY name`)
    .all(JSON.stringify(destinations.map(({ name }) => name)))
    .map(({ name, n }) => ({ name: String(name), messages: Number(n) }));
}

export function destinationHealth(
  store: Store,
  destinations: readonly Destination[],
  now: bigint,
): DestinationHealth[] {
  return destinations.map(({ name, floor, readers }) => {
    const row = store
      .statement(`SELECT failing_since, next_try, error,
          (SELECT count(*) FROM notice WHERE id > destination.cursor AND CASE WHEN alert IS NULL THEN ? ELSE severity >= ? END) AS unplanned,
          (SELECT coalesce(sum(summary_json ->> 'notices'), 0) FROM message
            WHERE destination = destination.name AND state = 'waiting') AS planned,
          (SELECT count(*) FROM message WHERE destination = destination.name AND state = 'dead') AS dead,
          (SELECT count(*) FROM message WHERE destination = destination.name AND state = 'dead' AND ended > ?) AS lately
        FROM destination WHERE name = ?`)
      .get(readers === 'people' ? 1 : 0, floor, now - ticksPerDay, name);
    const since = (row?.failing_since ?? null) as bigint | null;
    return {
      name,
      failing:
        since === null ? null : { since, error: String(row?.error ?? ''), nextTry: (row?.next_try ?? since) as bigint },
      waiting: Number(row?.unplanned ?? 0n) + Number(row?.planned ?? 0n),
      dead: Number(row?.dead ?? 0n),
      deadLately: Number(row?.lately ?? 0n),
    };
  });
}
