import { maxTicks } from '@weir/kql/types';
import { backtest } from '../../packages/weir/src/backtest/backtest.ts';
import type { BacktestFinding, RuleBacktest } from '../../packages/weir/src/model/backtest.ts';
import type { Rule } from '../../packages/weir/src/rules/rule.ts';
import { weirSchema } from '../../packages/weir/src/tables/index.ts';
import type { Living } from './lakes.ts';

/** What rules told of the days on which something was planted. */
export interface Played {
  readonly findings: readonly BacktestFinding[];
  readonly rules: readonly RuleBacktest[];
  /** Machines seen, summed up over those days. */
  readonly hostDays: number;
  readonly days: ReadonlyMap<bigint, number>;
}

/** Plays rules as `weir backtest` does: settled, at each rule's schedule, over the days after the quiet ones. */
export async function play({ lake, from, days }: Living, rules: readonly Rule[]): Promise<Played> {
  const { rules: ran } = await backtest(lake, {
    rules,
    refused: [],
    schema: weirSchema,
    against: [],
    exceptions: [],
    verdicts: [],
    within: { from, until: maxTicks },
    delay: 0n,
    question: 'settled',
    now: from,
  });
  for (const { run } of ran) if (run.error !== undefined) process.stdout.write(`! ${run.name}: ${run.error}\n`);
  const tested = new Set(days.map(({ starts }) => starts).filter((starts) => starts >= from));
  const seen = new Map(
    (ran[0]?.days ?? []).filter(({ day }) => tested.has(day)).map(({ day, hosts }) => [day, hosts] as const),
  );
  const findings = ran.flatMap((rule) => rule.findings).filter(({ foundAt }) => foundAt === null || foundAt >= from);
  return { findings, rules: ran, hostDays: [...seen.values()].reduce((sum, hosts) => sum + hosts, 0), days: seen };
}
