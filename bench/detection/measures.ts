import type { BacktestFinding } from '../../packages/weir/src/model/backtest.ts';
import type { Living } from './lakes.ts';
import { ticksOfDay } from './life/calendar.ts';
import type { Planted } from './planted.ts';
import type { Played } from './play.ts';

export interface Judged {
  readonly finding: BacktestFinding;
  /** What it found of what was planted; empty: everyday life. */
  readonly of: readonly Planted[];
}

export interface Measures {
  readonly judged: readonly Judged[];
  readonly planted: readonly Planted[];
  readonly hostDays: number;
  readonly budgets: readonly Budget[];
  readonly worst: number;
}

/** How much is found where people look at findings from the highest score down, until so many are everyday life. */
export interface Budget {
  /** Non-planted notified findings for 1,000 hosts and day. */
  readonly most: number;
  readonly score: number | null;
  readonly noise: number;
  readonly found: ReadonlySet<Planted>;
  readonly precision: number | null;
}

/** Sets findings beside the truth, which is known by EventId alone. */
export function measured({ planted }: Living, played: Played): Measures {
  const owner = new Map<string, Planted>();
  for (const one of planted) for (const { id } of one.connections) owner.set(`zeek:C${id.slice(0, 17)}`, one);
  const judged = played.findings.map((finding): Judged => {
    const ids = finding.finding.evidence.eventIds;
    return { finding, of: [...new Set(ids.flatMap((id) => owner.get(id) ?? []))] };
  });
  const notified = judged.filter(({ finding }) => finding.outcome === 'notified');
  const noise = notified.filter(({ of }) => of.length === 0);
  const budgets = [1, 5, 25, Number.POSITIVE_INFINITY].map((most) => budget(notified, played.hostDays, most));
  const byDay = Map.groupBy(noise, ({ finding }) => ((finding.alertedAt ?? 0n) / ticksOfDay) * ticksOfDay);
  const worst = [...played.days].reduce(
    (most, [day, hosts]) => Math.max(most, (1000 * (byDay.get(day)?.length ?? 0)) / Math.max(hosts, 1)),
    0,
  );
  return { judged, planted, hostDays: played.hostDays, budgets, worst };
}

function budget(notified: readonly Judged[], hostDays: number, most: number): Budget {
  const scores = [...new Set(notified.map(({ finding }) => finding.finding.score))].sort((a, b) => b - a);
  let best: Budget = { most, score: null, noise: 0, found: new Set(), precision: null };
  for (const score of scores) {
    const told = notified.filter(({ finding }) => finding.finding.score >= score);
    const false_ = told.filter(({ of }) => of.length === 0).length;
    const noise = (1000 * false_) / hostDays;
    if (noise > most) break;
    best = {
      most,
      score,
      noise,
      found: new Set(told.flatMap(({ of }) => of)),
      precision: (told.length - false_) / told.length,
    };
  }
  return best;
}
