import type { Backtest, BacktestDay, BacktestFinding, Comparison, RuleBacktest } from '../../model/backtest.ts';
import { exceptionRecord } from '../exceptionRecord.ts';
import { findingRecord } from '../findingRecord.ts';
import { ticksToIso } from '../format.ts';
import { jsonText } from '../harmless.ts';
import { masked } from '../presentable.ts';

/** `weir backtest --format json`, as docs/backtest.md tells it: datetimes ISO 8601 in UTC with seven digits, durations
 *  in seconds, longs beyond 2^53 strings, unknown is null, secrets are masked. Over a
 *  lake that was read before there are no `inputs` and no `fusion`. */
export function backtestToJson(
  result: Omit<Backtest, 'inputs' | 'fusion'> & Partial<Pick<Backtest, 'inputs' | 'fusion'>>,
): string {
  const { complete, question, delay, data, since, until, arrivals, rules, exceptions, verdicts, inputs, fusion } =
    masked(result);
  const whole = {
    complete,
    question,
    delaySeconds: seconds(delay),
    data: { from: iso(data.from), until: iso(data.until) },
    since: iso(since),
    until: iso(until),
    arrivals,
    rules: rules.map(ruleRecord),
    exceptions: exceptions.map(exceptionRecord),
    verdicts,
    inputs,
    fusion,
  };
  return `${jsonText(whole, 2)}\n`;
}

function ruleRecord(rule: RuleBacktest) {
  const { run, suppression, outcomes, severities, perThousand, by, timeToAlert, coarse, days, findings, against } =
    rule;
  const { informational: _, ...told } = severities;
  return {
    rule: { id: run.rule, name: run.name },
    error: run.error ?? null,
    shape: run.shape,
    method: run.method,
    blind: run.blind.map(({ spans, ...part }) => ({
      ...part,
      spans: spans.map((span) => ({ from: iso(span.from), until: iso(span.until) })),
    })),
    ticks: { count: run.ticks, from: iso(run.from), until: iso(run.until) },
    suppressionSeconds: suppression === null ? null : seconds(suppression),
    ...outcomes,
    severities: told,
    perThousandHostsADay:
      perThousand === null
        ? null
        : { mean: perThousand.mean, worst: perThousand.worst.rate, worstDay: iso(perThousand.worst.day) },
    days: days.map(dayRecord),
    by,
    secondsToAlert:
      timeToAlert === null
        ? null
        : { median: seconds(timeToAlert.median), p90: seconds(timeToAlert.p90), alerts: timeToAlert.alerts, coarse },
    findings: findings.map(backtestFindingRecord),
    against: against === null ? null : comparisonRecord(against),
  };
}

function dayRecord({ day, hosts, severities: { informational: _, ...levels }, outcomes }: BacktestDay) {
  return { day: iso(day), hosts, ...outcomes, severities: levels };
}

function backtestFindingRecord({ finding, outcome, alertedAt, foundAt, waited, hiddenBy, verdicts }: BacktestFinding) {
  return {
    ...findingRecord(finding),
    outcome,
    foundAt: iso(foundAt),
    alertedAt: iso(alertedAt),
    secondsToAlert: waited === null ? null : seconds(waited),
    hiddenBy,
    verdicts,
  };
}

function comparisonRecord({ rule, added, gone, same, changed, days, error }: Comparison) {
  return {
    rule,
    error: error ?? null,
    new: added.map(backtestFindingRecord),
    gone: gone.map(backtestFindingRecord),
    days: days.map(dayRecord),
    same,
    changed: changed.map(({ before, after, what }) => ({
      what,
      before: backtestFindingRecord(before),
      after: backtestFindingRecord(after),
    })),
  };
}

function iso(ticks: bigint | null): string | null {
  return ticks === null ? null : ticksToIso(ticks);
}

function seconds(ticks: bigint): number {
  return Number(ticks) / 1e7;
}
