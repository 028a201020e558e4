import type { Schema } from '@weir/kql/types';
import { type Detected, detect } from '../detect/detect.ts';
import type { TimeSpan } from '../detect/ticks.ts';
import { dataSpan } from '../detect/window.ts';
import { type Applied, applyExceptions } from '../exceptions/apply.ts';
import { isAbout } from '../exceptions/verdicts.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { Backtest, BacktestFinding, Comparison, Group, RuleBacktest } from '../model/backtest.ts';
import type { Exception, GivenVerdict } from '../model/exception.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { arrivalsOf, arrivedAfter } from './arrivals.ts';
import { compare } from './compare.ts';
import { daysOf, hostsByDay, noOutcomes, noSeverities, outcomeCounts, perThousandOf, severitiesOf } from './days.ts';
import { outcomesOf } from './outcomes.ts';

export interface BacktestOptions {
  readonly rules: readonly Rule[];
  /** Runs of files that are no rule. */
  readonly refused: readonly RuleRun[];
  /** What the rules' queries can read. */
  readonly schema: Schema;
  /** Other versions of them, by the same ids or names; empty where none is compared with. */
  readonly against: readonly Rule[];
  readonly exceptions: readonly Exception[];
  readonly verdicts: readonly GivenVerdict[];
  /** Of the ticks of the data's own time, those to look at, both ends included. */
  readonly within: TimeSpan;
  /** Settled: from a tick to its run. As known: from a row's time to its arrival, where that is not recorded. */
  readonly delay: bigint;
  readonly question: Backtest['question'];
  /** The present, against which it is told that an exception ends. */
  readonly now: bigint;
  readonly onProgress?: (rule: string) => void;
}

/** Plays rules over the lake's whole time, or a part of it, as they would have run, and counts what they would have told
 *  people. */
export async function backtest(
  lake: ReadableLake,
  options: BacktestOptions,
): Promise<Pick<Backtest, 'rules' | 'exceptions' | 'verdicts' | 'data' | 'arrivals'>> {
  const hosts = await hostsByDay(lake.engine);
  const data = await dataSpan(lake);
  const played = await play(lake, options.rules, options);
  const others =
    options.against.length === 0
      ? undefined
      : await play(lake, options.against, { ...options, exceptions: options.exceptions.map(forVersions(options)) });
  const rules = options.rules.map((rule, index): RuleBacktest => {
    const run = played.detected.runs[index];
    if (run === undefined) throw new Error(`rule ${rule.id} was not run`);
    const findings = played.findings.get(rule.id) ?? [];
    const days = daysOf(findings, hosts, options.within);
    return {
      run,
      suppression: rule.suppression ?? null,
      findings,
      outcomes: outcomeCounts(findings),
      severities: severitiesOf(findings),
      days,
      perThousand: perThousandOf(days),
      by: groupsOf(findings),
      timeToAlert: rule.schedule === null ? null : timeToAlertOf(findings),
      coarse: findings.filter(({ finding }) => played.detected.growths.get(finding.id)?.whole === false).length,
      against: others === undefined ? null : compared(rule, findings, hosts, options, others),
    };
  });
  const found = played.detected.findings;
  const verdicts = {
    given: options.verdicts.length,
    met: options.verdicts.filter((given) => found.some((finding) => isAbout(given, finding))).length,
  };
  return {
    rules: [...rules, ...options.refused.map(notRun)],
    exceptions: played.applied.uses,
    verdicts: options.verdicts.length === 0 ? null : verdicts,
    arrivals: await arrivalsOf(lake.engine),
    data: { from: data?.from ?? null, until: data?.until ?? null },
  };
}

function notRun(run: RuleRun): RuleBacktest {
  return {
    run,
    suppression: null,
    findings: [],
    outcomes: noOutcomes,
    severities: noSeverities,
    days: [],
    perThousand: null,
    by: groupsOf([]),
    timeToAlert: null,
    coarse: 0,
    against: null,
  };
}

interface Played {
  readonly detected: Detected;
  readonly applied: Applied;
  /** By rule id. */
  readonly findings: ReadonlyMap<string, readonly BacktestFinding[]>;
  readonly runs: ReadonlyMap<string, RuleRun>;
}

async function play(lake: ReadableLake, rules: readonly Rule[], options: BacktestOptions): Promise<Played> {
  const { exceptions, verdicts, within, now, delay, question, schema } = options;
  const detected = await detect(lake, rules, {
    schema,
    ...(question === 'as-known' ? { arrived: arrivedAfter(delay) } : {}),
    within,
    conditions: exceptions,
    growth: true,
    onProgress: ({ rule }) => options.onProgress?.(rule),
  });
  const ids = rules.map(({ id }) => id);
  const applied = applyExceptions(detected.findings, detected.holds, { exceptions, verdicts, rules: ids, now });
  const byRule = Map.groupBy(detected.findings, ({ rule }) => rule.id);
  const findings = rules.map((rule) => {
    const own = byRule.get(rule.id) ?? [];
    const told = own.map((finding) => ({ finding, states: detected.growths.get(finding.id)?.states ?? [] }));
    const alerts = outcomesOf(told, applied.uses, rule.suppression);
    const list = own.map((finding, index): BacktestFinding => {
      const { outcome, alert, hiddenBy } = alerts[index] ?? { outcome: 'informational', alert: null, hiddenBy: [] };
      const alertedAt = alert === null ? null : question === 'settled' ? alert.tick + delay : alert.tick;
      return {
        finding,
        outcome,
        alertedAt,
        waited: alert === null || alertedAt === null ? null : alertedAt - alert.crossed,
        foundAt: told[index]?.states[0]?.tick ?? null,
        hiddenBy,
        verdicts: verdictsOf(finding, verdicts),
      };
    });
    return [rule.id, list] as const;
  });
  return {
    detected,
    applied,
    findings: new Map(findings),
    runs: new Map(detected.runs.map((run) => [run.rule, run])),
  };
}

function verdictsOf(finding: Finding, verdicts: readonly GivenVerdict[]): string[] {
  return [...new Set(verdicts.filter((given) => isAbout(given, finding)).map(({ verdict }) => verdict))];
}

/** A rule's other version: the one of its id, else of its name, else the only one where both are alone. */
function versionOf(rule: Rule, { rules, against }: Pick<BacktestOptions, 'rules' | 'against'>): Rule | undefined {
  const alone = rules.length === 1 && against.length === 1 ? against[0] : undefined;
  return against.find(({ id }) => id === rule.id) ?? against.find(({ name }) => name === rule.name) ?? alone;
}

/** An exception of a rule is its other version's too, whatever id that has: else exceptions would be the difference. */
function forVersions(options: Pick<BacktestOptions, 'rules' | 'against'>): (exception: Exception) => Exception {
  return (exception) => {
    const { rules } = exception;
    if (rules === null) return exception;
    const others = options.rules
      .filter(({ id }) => rules.includes(id))
      .flatMap((rule) => versionOf(rule, options)?.id ?? []);
    return { ...exception, rules: [...new Set([...rules, ...others])] };
  };
}

function compared(
  rule: Rule,
  findings: readonly BacktestFinding[],
  hosts: Awaited<ReturnType<typeof hostsByDay>>,
  options: BacktestOptions,
  others: Played,
): Comparison | null {
  const old = versionOf(rule, options);
  if (old === undefined) return null;
  const error = others.runs.get(old.id)?.error;
  const before = others.findings.get(old.id) ?? [];
  return {
    rule: { name: old.name, version: old.version },
    ...compare(before, findings),
    days: daysOf(before, hosts, options.within),
    ...(error === undefined ? {} : { error }),
  };
}

function groupsOf(findings: readonly BacktestFinding[]): RuleBacktest['by'] {
  const notified = findings.filter(({ outcome }) => outcome === 'notified');
  const by = (name: (finding: Finding) => string): Group[] =>
    [...Map.groupBy(notified, ({ finding }) => name(finding))]
      .map(([group, members]) => ({ name: group, notified: members.length }))
      .sort((a, b) => b.notified - a.notified || (a.name < b.name ? -1 : 1));
  return {
    device: by(({ entities }) => entities.device),
    account: by(({ entities }) => entities.account),
    process: by(({ entities }) => entities.process),
    service: by(({ service, entities }) => service || entities.destination),
  };
}

/** The median and the 90th percentile by nearest rank: a time that some alert took. */
function timeToAlertOf(findings: readonly BacktestFinding[]): RuleBacktest['timeToAlert'] {
  const times = findings.flatMap(({ waited }) => (waited === null ? [] : [waited])).sort((a, b) => Number(a - b));
  const rank = (share: number) => times[Math.max(0, Math.ceil(share * times.length) - 1)];
  const [median, p90] = [rank(0.5), rank(0.9)];
  return median === undefined || p90 === undefined ? null : { median, p90, alerts: times.length };
}
