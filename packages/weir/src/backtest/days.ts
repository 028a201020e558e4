import { ticksPerDay } from '@weir/kql/types';
import { evidenceTime } from '../detect/window.ts';
import type { Engine } from '../engine/engine.ts';
import { sqlName } from '../engine/sql.ts';
import type { BacktestDay, BacktestFinding, Outcome, RuleBacktest } from '../model/backtest.ts';
import type { Severity } from '../model/finding.ts';
import { publicTables, visibleColumns } from '../tables/index.ts';

/** How many different devices the data of each day (UTC, by its first tick) tells of, over all tables that name one. */
export async function hostsByDay(engine: Engine): Promise<ReadonlyMap<bigint, number>> {
  const tables = publicTables.filter((table) => visibleColumns(table).some(({ name }) => name === 'DeviceName'));
  const seen = tables.map(
    ({ name }) =>
      `SELECT ${evidenceTime(name)} // ${ticksPerDay} * ${ticksPerDay} AS day, lower("DeviceName") AS host FROM ${sqlName(name)}`,
  );
  const rows = await engine.rows<{ day: bigint; hosts: bigint }>(
    `SELECT day, count(DISTINCT host) AS hosts FROM (${seen.join(' UNION ALL ')})
     WHERE day IS NOT NULL AND host <> '' GROUP BY day`,
  );
  return new Map(rows.map(({ day, hosts }) => [day, Number(hosts)]));
}

export const noOutcomes: Readonly<Record<Outcome, number>> = {
  notified: 0,
  informational: 0,
  hidden: 0,
  suppressed: 0,
};
export const noSeverities: Readonly<Record<Severity, number>> = { informational: 0, low: 0, medium: 0, high: 0 };

/** The days on which hosts were seen within the span, and those of what was found: of an alert the day on which the
 *  evidence that it waited for was complete, whose hosts it is counted by. A daily rule tells of it on the next. */
export function daysOf(
  findings: readonly BacktestFinding[],
  hosts: ReadonlyMap<bigint, number>,
  span: { readonly from: bigint; readonly until: bigint },
): BacktestDay[] {
  const dayOf = (time: bigint) => (time / ticksPerDay) * ticksPerDay;
  const byDay = Map.groupBy(findings, ({ alertedAt, waited, foundAt, finding }) =>
    dayOf(alertedAt === null || waited === null ? (foundAt ?? finding.lastSeen) : alertedAt - waited),
  );
  const seen = [...hosts.keys()].filter((day) => day >= dayOf(span.from) && day <= dayOf(span.until));
  const days = [...new Set([...seen, ...byDay.keys()])].sort((a, b) => Number(a - b));
  return days.map((day) => {
    const own = byDay.get(day) ?? [];
    return { day, hosts: hosts.get(day) ?? 0, severities: severitiesOf(own), outcomes: outcomeCounts(own) };
  });
}

export function outcomeCounts(findings: readonly BacktestFinding[]): Record<Outcome, number> {
  const counts = { ...noOutcomes };
  for (const { outcome } of findings) counts[outcome] += 1;
  return counts;
}

/** Of the notified ones. */
export function severitiesOf(findings: readonly BacktestFinding[]): Record<Severity, number> {
  const counts = { ...noSeverities };
  for (const { outcome, finding } of findings) if (outcome === 'notified') counts[finding.severity] += 1;
  return counts;
}

/** Notified findings for every 1,000 hosts and day. A day whose data name no host has no rate and is in no mean, so that
 *  the worst day is no better than the mean. */
export function perThousandOf(days: readonly BacktestDay[]): RuleBacktest['perThousand'] {
  const rated = days.filter(({ hosts }) => hosts > 0);
  if (rated.length === 0) return null;
  const sum = (of: (day: BacktestDay) => number) => rated.reduce((total, day) => total + of(day), 0);
  const rate = (notified: number, hosts: number) => (1000 * notified) / hosts;
  const worst = rated
    .map(({ day, hosts, outcomes }) => ({ day, rate: rate(outcomes.notified, hosts) }))
    .reduce((most, each) => (each.rate > most.rate ? each : most));
  const mean = rate(
    sum(({ outcomes }) => outcomes.notified),
    sum(({ hosts }) => hosts),
  );
  return { mean, worst };
}
