import { maxTicks } from '@weir/kql/types';
import { backtest } from '../../packages/weir/src/backtest/backtest.ts';
import type { BacktestFinding, RuleBacktest } from '../../packages/weir/src/model/backtest.ts';
import { schemaWith } from '../../packages/weir/src/tables/watchlists.ts';
import type { Contestant } from './contestants.ts';
import type { Living } from './lakes.ts';
import type { Planted } from './planted.ts';

/** A finding, and what it found of what was planted; nothing: everyday life. */
export interface Judged {
  readonly finding: BacktestFinding;
  readonly of: readonly Planted[];
  /** How much of its evidence was planted. */
  readonly share: number;
}

/** What a contestant told of one company in the days on which something was planted. */
export interface Played {
  readonly seed: number;
  readonly judged: readonly Judged[];
  readonly planted: readonly Planted[];
  /** Machines that the data of each day tell of. */
  readonly hosts: ReadonlyMap<bigint, number>;
  /** Rules that could not run, and why. */
  readonly failed: readonly string[];
  readonly rules: readonly RuleBacktest[];
}

/** Plays rules as `weir backtest` does: settled, at each rule's schedule, over the days after the quiet ones. What was
 *  planted is known by EventId and by nothing else. */
export async function play(living: Living, { rules, exceptions }: Contestant): Promise<Played> {
  const { lake, from, days, planted, seed } = living;
  const { rules: ran } = await backtest(lake, {
    rules,
    refused: [],
    schema: schemaWith([]),
    against: [],
    exceptions,
    verdicts: [],
    within: { from, until: maxTicks },
    delay: 0n,
    question: 'settled',
    now: from,
  });
  const owner = new Map(
    planted.flatMap((one) => one.connections.flatMap(({ ids }) => ids.map((id) => [id, one] as const))),
  );
  const tested = new Set(days.map(({ starts }) => starts).filter((starts) => starts >= from));
  return {
    seed,
    planted,
    judged: ran
      .flatMap((rule) => rule.findings)
      .map((finding) => {
        const { eventIds } = finding.finding.evidence;
        const theirs = eventIds.flatMap((id) => owner.get(id) ?? []);
        // An alert that came before anything happened was of everyday life, whatever joined its story later.
        const { alertedAt } = finding;
        const of = [...new Set(theirs)].filter(({ begins }) => alertedAt === null || alertedAt >= begins);
        return { finding, of, share: eventIds.length === 0 ? 0 : theirs.length / eventIds.length };
      }),
    hosts: new Map((ran[0]?.days ?? []).filter(({ day }) => tested.has(day)).map(({ day, hosts }) => [day, hosts])),
    failed: ran.flatMap(({ run }) => (run.error === undefined ? [] : [`${run.name}: ${run.error}`])),
    rules: ran,
  };
}
