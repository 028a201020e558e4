import { behaviourOf } from './behaviour.ts';
import { ticksOfDay } from './life/calendar.ts';
import type { Planted } from './planted.ts';
import type { Judged, Played } from './play.ts';

/** Non-planted notified findings for 1,000 hosts and day that people are willing to look at; the last: all of them. */
export const budgets = [1, 5, 25, Number.POSITIVE_INFINITY] as const;

/** How a contestant did over all companies. One score for all of them is where people stop looking. */
export interface Measures {
  readonly tellings: readonly Planted[];
  readonly hostDays: number;
  readonly budgets: readonly Budget[];
  /** Recall over noise for each score from which on people might look. */
  readonly curve: readonly { readonly score: number; readonly noise: number; readonly recall: number }[];
  readonly procedures: readonly Row[];
  readonly through: readonly Row[];
  readonly behaviours: readonly Row[];
  readonly alerts: Alerts;
  readonly bulk: Alerts;
  readonly noise: readonly Noise[];
}

export interface Budget {
  readonly most: number;
  /** The least score that is looked at; null where even the highest has more noise. */
  readonly score: number | null;
  /** For 1,000 hosts and day: on all days together, and on the worst. */
  readonly noise: number;
  readonly worst: number;
  readonly precision: number | null;
  readonly found: ReadonlySet<Planted>;
  /** Of these, how many were found only by findings of which most evidence is everyday life. */
  readonly mixed: number;
}

/** How many tellings of one kind there were, and how many of them were found within each budget. */
export interface Row {
  readonly name: string;
  readonly tellings: number;
  readonly found: readonly number[];
}

/** From what crossed a threshold to the alert, and from the first byte to it (ticks); and the share of bytes that was gone
 *  by then. Of the first alert of each telling that was told. */
export interface Alerts {
  readonly alerts: number;
  readonly waited: Spread<bigint>;
  readonly sinceFirst: Spread<bigint>;
  readonly gone: Spread<number>;
  readonly bytesGone: Spread<number>;
}

export type Spread<Of> = { readonly median: Of; readonly p90: Of } | null;

/** What of everyday life was told, most often first. */
export interface Noise {
  readonly rule: string;
  readonly process: string;
  readonly service: string;
  readonly times: number;
  readonly score: number;
  readonly title: string;
}

export function measured(played: readonly Played[]): Measures {
  const tellings = played.flatMap(({ planted }) => planted);
  const told = played.map((one) => ({
    ...one,
    judged: one.judged.filter(({ finding }) => finding.outcome === 'notified'),
  }));
  const hostDays = sum(played.flatMap(({ hosts }) => [...hosts.values()]));
  const within = budgets.map((most) => budgetOf(told, hostDays, most));
  const rows = (list: readonly Planted[], names: (one: Planted) => readonly string[]): Row[] => {
    const groups = new Map<string, Planted[]>();
    for (const one of list) for (const name of names(one)) groups.set(name, [...(groups.get(name) ?? []), one]);
    return [...groups].map(([name, own]) => ({
      name,
      tellings: own.length,
      found: within.map(({ found }) => own.filter((one) => found.has(one)).length),
    }));
  };
  const through = tellings.filter(({ scenario }) => scenario.name.startsWith('through-'));
  const known = tellings.filter(({ scenario }) => !scenario.name.startsWith('through-'));
  const alerts = tellings.flatMap((one) => alertOf(one, told) ?? []);
  return {
    tellings,
    hostDays,
    budgets: within,
    curve: curveOf(
      told.flatMap(({ judged }) => judged),
      hostDays,
      tellings.length,
    ),
    procedures: rows(known, ({ scenario: { covers, atomics } }) => [
      ...covers,
      ...atomics.map((test) => `atomic test ${test}`),
    ]),
    through: rows(through, ({ scenario }) => [scenario.name]),
    behaviours: rows(known, (one) => [behaviourOf(one)]).sort((a, b) => (a.name < b.name ? -1 : 1)),
    alerts: spreads(alerts),
    bulk: spreads(alerts.filter(({ total }) => total >= 100_000_000)),
    noise: noiseOf(told.flatMap(({ judged }) => judged)),
  };
}

function budgetOf(told: readonly Played[], hostDays: number, most: number): Budget {
  const all = told.flatMap(({ judged }) => judged);
  const scores = [...new Set(all.map(scoreOf))].sort((a, b) => b - a);
  let best: Budget = { most, score: null, noise: 0, worst: 0, precision: null, found: new Set(), mixed: 0 };
  for (const score of scores) {
    const seen = all.filter((one) => scoreOf(one) >= score);
    const wrong = seen.filter(({ of }) => of.length === 0).length;
    const noise = (1000 * wrong) / hostDays;
    if (noise > most) break;
    const found = new Set(seen.flatMap(({ of }) => of));
    const plain = new Set(seen.filter(({ share }) => share >= 0.5).flatMap(({ of }) => of));
    best = {
      ...{ most, score, noise },
      worst: Math.max(...told.map((one) => worstDay(one, score))),
      precision: (seen.length - wrong) / seen.length,
      found,
      mixed: found.difference(plain).size,
    };
  }
  return best;
}

function curveOf(all: readonly Judged[], hostDays: number, tellings: number): Measures['curve'] {
  return [...new Set(all.map(scoreOf))]
    .sort((a, b) => b - a)
    .map((score) => {
      const seen = all.filter((one) => scoreOf(one) >= score);
      const wrong = seen.filter(({ of }) => of.length === 0).length;
      return { score, noise: (1000 * wrong) / hostDays, recall: new Set(seen.flatMap(({ of }) => of)).size / tellings };
    });
}

function worstDay({ judged, hosts }: Played, score: number): number {
  const wrong = judged.filter((one) => one.of.length === 0 && scoreOf(one) >= score);
  const byDay = Map.groupBy(wrong, ({ finding }) => ((finding.alertedAt ?? 0n) / ticksOfDay) * ticksOfDay);
  return Math.max(0, ...[...hosts].map(([day, count]) => (1000 * (byDay.get(day)?.length ?? 0)) / Math.max(1, count)));
}

interface Alert {
  readonly waited: bigint;
  readonly sinceFirst: bigint;
  readonly gone: number;
  readonly total: number;
}

/** The first alert that tells of a telling. */
function alertOf(one: Planted, told: readonly Played[]): Alert | undefined {
  const own = told.flatMap(({ judged }) => judged).filter(({ of }) => of.includes(one));
  const first = own.reduce<Judged | undefined>(
    (best, each) => ((each.finding.alertedAt ?? 0n) < (best?.finding.alertedAt ?? 1n << 63n) ? each : best),
    undefined,
  );
  const at = first?.finding.alertedAt;
  if (at === null || at === undefined) return undefined;
  const total = sum(one.connections.map(({ sent }) => sent));
  const gone = sum(
    one.connections.map(({ starts, ends, sent }) =>
      at >= ends ? sent : at <= starts ? 0 : (sent * Number(at - starts)) / Number(ends - starts),
    ),
  );
  return { waited: first?.finding.waited ?? 0n, sinceFirst: at > one.begins ? at - one.begins : 0n, gone, total };
}

function spreads(alerts: readonly Alert[]): Alerts {
  return {
    alerts: alerts.length,
    waited: spread(alerts.map(({ waited }) => waited)),
    sinceFirst: spread(alerts.map(({ sinceFirst }) => sinceFirst)),
    gone: spread(alerts.map(({ gone, total }) => gone / total)),
    bytesGone: spread(alerts.map(({ gone }) => gone)),
  };
}

/** By nearest rank: values that there were. */
function spread<Of extends number | bigint>(values: readonly Of[]): Spread<Of> {
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [median, p90] = [rank(0.5), rank(0.9)];
  return median === undefined || p90 === undefined ? null : { median, p90 };
}

function noiseOf(told: readonly Judged[]): Noise[] {
  const wrong = told.filter(({ of }) => of.length === 0).map(({ finding }) => finding.finding);
  const groups = Map.groupBy(wrong, ({ rule, entities, service }) =>
    [rule.name, entities.process, service || entities.destination].join('\n'),
  );
  return [...groups.values()]
    .flatMap((members) => {
      const best = members.reduce((most, each) => (each.score > most.score ? each : most));
      const { rule, entities, service, title, score } = best;
      return [
        {
          rule: rule.name,
          process: entities.process,
          service: service || entities.destination,
          times: members.length,
          score,
          title,
        },
      ];
    })
    .sort((a, b) => b.times - a.times || b.score - a.score);
}

function scoreOf({ finding }: Judged): number {
  return finding.finding.score;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
