import { ticksPerDay } from '@weir/kql/types';
import type { Verdict } from '../model/exception.ts';
import type { Store } from '../store/store.ts';

const week = 7n * ticksPerDay;
const weeksTold = 12;

/** What became of a rule's alerts, without those that an exception hides, drills and those that were merged into others. */
export interface RuleAlerts {
  /** Opened in each of the last twelve weeks up to the present, the latest last. */
  readonly weeks: readonly number[];
  readonly open: number;
  /** Of all that were closed and are still kept. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
}

export const noAlerts: RuleAlerts = {
  weeks: Array.from({ length: weeksTold }, () => 0),
  open: 0,
  verdicts: { 'true-positive': 0, benign: 0, 'false-match': 0 },
};

/** By rule id. `now` in ticks. */
export function alertsPerRule(store: Store, now: bigint): ReadonlyMap<string, RuleAlerts> {
  const rows = store
    .statement(
      `SELECT rule, state, verdict, (?1 - opened) / ?2 AS ago, count(*) AS n FROM alert
       WHERE canary = 0 AND hidden = 0 AND state <> 'merged' GROUP BY 1, 2, 3, 4`,
    )
    .all(now, week);
  return new Map([...Map.groupBy(rows, ({ rule }) => String(rule))].map(([rule, its]) => [rule, told(its)]));
}

function told(rows: readonly Record<string, unknown>[]): RuleAlerts {
  const sum = (holds: (row: Record<string, unknown>) => boolean) =>
    rows.reduce((all, row) => (holds(row) ? all + Number(row.n) : all), 0);
  const closedAs = (verdict: Verdict) => sum((row) => row.verdict === verdict);
  return {
    weeks: noAlerts.weeks.map((_, nth) => sum(({ ago }) => Number(ago) === weeksTold - 1 - nth)),
    open: sum(({ state }) => state === 'new' || state === 'in-progress'),
    verdicts: {
      'true-positive': closedAs('true-positive'),
      benign: closedAs('benign'),
      'false-match': closedAs('false-match'),
    },
  };
}
