import type {
  Backtest,
  BacktestFinding,
  ChangedFinding,
  Comparison,
  Group,
  RuleBacktest,
} from '../../model/backtest.ts';
import type { RuleRun } from '../../model/finding.ts';
import { blindnessText, unmet } from '../blindness.ts';
import { bytes, count, duration, plural, ticksToMinute } from '../format.ts';

/** What was asked, and what an alert's time is made of. */
export function questionText({ question, delay, arrivals }: Backtest): string {
  if (question === 'settled') {
    return `settled: what each run finds in the data as it is now; a run takes place ${late(delay)} its tick`;
  }
  const recorded =
    arrivals.recorded === 0
      ? `no row says when it arrived: each is taken to arrive ${late(delay)} its time`
      : arrivals.recorded === arrivals.rows
        ? 'by the arrival that each row records'
        : `by the arrival that ${count(arrivals.recorded)} of ${plural(arrivals.rows, 'row')} record; the others are taken to arrive ${late(delay)} their time`;
  return `as known: what each run finds in the rows that had arrived by its tick; ${recorded}`;
}

function late(delay: bigint): string {
  return delay === 0n ? 'at' : `${duration(delay)} after`;
}

/** How many hosts a rate is of: `23 to 27 hosts a day over 3 days`. */
export function hostsText({ rules, data, since, until }: Backtest): string {
  const { from: first, until: last } = data;
  if (first !== null && last !== null && ((since !== null && since > last) || (until !== null && until < first)))
    return `none: the span that was asked for holds none of the data, whose evidence is from ${ticksToMinute(first)} to ${ticksToMinute(last)} UTC`;
  const days = rules[0]?.days.filter(({ hosts }) => hosts > 0) ?? [];
  if (days.length === 0) return 'none: no day that was looked at names a device, so there is no rate by host';
  const hosts = days.map((day) => day.hosts);
  const [least, most] = [Math.min(...hosts), Math.max(...hosts)];
  const many = least === most ? plural(most, 'host') : `${count(least)} to ${plural(most, 'host')}`;
  return `${many} a day over ${plural(days.length, 'day')} with data; a host is a device that the data of the day names`;
}

/** `10 notified (4 high, 2 medium, 4 low), 22 informational and never notified, 1 hidden`. */
export function outcomesText({ outcomes, severities }: RuleBacktest): string {
  const levels = (['high', 'medium', 'low'] as const)
    .filter((severity) => severities[severity] > 0)
    .map((severity) => `${count(severities[severity])} ${severity}`);
  // What alerted and was informational in the end, as a sum that fell.
  const fallen = severities.informational > 0 ? [`${count(severities.informational)} informational in the end`] : [];
  const told = [...levels, ...fallen];
  return [
    `${count(outcomes.notified)} notified${told.length === 0 ? '' : ` (${told.join(', ')})`}`,
    ...(outcomes.informational > 0 ? [`${count(outcomes.informational)} informational and never notified`] : []),
    ...(outcomes.hidden > 0 ? [`${count(outcomes.hidden)} hidden by exceptions`] : []),
    ...(outcomes.suppressed > 0 ? [`${count(outcomes.suppressed)} while the rule paused after an alert`] : []),
  ].join(', ');
}

/** A rate for a person: three figures. */
export function rate(value: number): string {
  return value >= 100 ? count(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2).replace(/\.0+$/, '');
}

export function perThousandText({ perThousand }: RuleBacktest): string {
  if (perThousand === null) return 'no host is named';
  const { mean, worst } = perThousand;
  if (worst.rate === 0) return rate(mean);
  return `${rate(mean)}; worst day ${rate(worst.rate)}, ${dayText(worst.day)}`;
}

export function timeText({ timeToAlert, coarse, outcomes }: RuleBacktest): string {
  if (timeToAlert === null) return outcomes.notified > 0 ? 'no schedule: one run' : 'no alert';
  const { median, p90, alerts } = timeToAlert;
  const some =
    coarse === 0 ? '' : `; of ${plural(coarse, 'large finding')} only some ticks were looked at, so it may be earlier`;
  return alerts === 1 ? `${duration(median)}${some}` : `median ${duration(median)}, p90 ${duration(p90)}${some}`;
}

export function dayText(day: bigint): string {
  return ticksToMinute(day).slice(0, 10);
}

const groupsNamed = 6;

/** `ws-1 4, ws-2 1, unknown 1 and 3 more`. */
export function groupsText(groups: readonly Group[]): string {
  const named = groups.slice(0, groupsNamed).map(({ name, notified }) => `${name || 'unknown'} ${count(notified)}`);
  const rest = groups.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` and ${count(rest)} more` : ''}`;
}

/** What the rule needs and the data does not tell of every connection: so much of its quiet says nothing. */
export function blindText(run: RuleRun): string[] {
  const never = unmet(run);
  return run.blind.map((part) =>
    never.includes(part) ? `${blindnessText(part)}, without which it cannot fire` : blindnessText(part),
  );
}

/** `2 new, 1 gone, 3 changed, 12 the same, against 1.0.0`. */
export function comparisonText({ rule, added, gone, changed, same, error }: Comparison): string {
  const old = [rule.name, rule.version].filter(Boolean).join(' ');
  if (error !== undefined) return `${old} could not run: ${error}`;
  if (added.length + gone.length + changed.length === 0)
    return `nothing changed against ${old}: ${count(same)} the same`;
  const parts = [
    `${count(added.length)} new`,
    `${count(gone.length)} gone`,
    `${count(changed.length)} changed`,
    `${count(same)} the same`,
  ];
  return `${parts.join(', ')}, against ${old}`;
}

/** What changed of one story: `severity low to high; bytes sent 1.0 MiB to 2.0 MiB`. */
export function changeText({ before, after, what }: ChangedFinding): string {
  const sent = ({ finding: { bytesSent } }: BacktestFinding) => (bytesSent === null ? 'unknown' : bytes(bytesSent));
  const told = {
    outcome: `${before.outcome} to ${after.outcome}`,
    severity: `severity ${before.finding.severity} to ${after.finding.severity}`,
    'bytes sent': `bytes sent ${sent(before)} to ${sent(after)}`,
    connections: `connections ${count(before.finding.connections)} to ${count(after.finding.connections)}`,
    time: timeChange(before, after),
  };
  return what.map((part) => told[part]).join('; ');
}

function timeChange(before: BacktestFinding, after: BacktestFinding): string {
  if (before.alertedAt === null || after.alertedAt === null || before.alertedAt === after.alertedAt) {
    return 'another first or last row';
  }
  const later = after.alertedAt > before.alertedAt;
  return `alert ${duration(after.alertedAt - before.alertedAt)} ${later ? 'later' : 'earlier'}`;
}

export function verdictsText({ verdicts }: Backtest): string {
  if (verdicts === null) return '';
  const { given, met } = verdicts;
  return met === given
    ? `${plural(given, 'verdict')}, each about a finding of this data`
    : `${plural(given, 'verdict')}, ${count(given - met)} of them about no finding of this data`;
}
