import type { Schema } from '@weir/kql/types';
import type { ReadableLake } from '../lake/lake.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { weirSchema } from '../tables/index.ts';
import { compiledAhead } from './compileAhead.ts';
import type { Condition } from './conditions.ts';
import { bySeverity, type Found } from './findings.ts';
import type { Growth } from './growth.ts';
import { runRule } from './runRule.ts';
import { sightOf } from './sight.ts';
import type { TimeSpan } from './ticks.ts';
import { dataSpan } from './window.ts';

export interface DetectOptions {
  /** What rules may name: Weir's tables where absent. */
  readonly schema?: Schema;
  /** One run of each rule at this moment (ticks) instead of a replay over the data's own time. */
  readonly asOf?: bigint;
  /** Of a replay, only the ticks within this span (both ends included); what lies before it is still looked back at. */
  readonly within?: TimeSpan;
  /** Instead of the settled answer the one as known: a run sees the rows that were there at its tick. When a row was is
   *  given as SQL over its table's columns. */
  readonly arrived?: (table: string) => string;
  /** Asked of every finding. */
  readonly conditions?: readonly Condition[];
  /** Whether to tell of every finding as it stood at each tick that added to it. */
  readonly growth?: boolean;
  readonly onProgress?: (progress: DetectProgress) => void;
}

export interface DetectProgress {
  /** The rule's name. */
  readonly rule: string;
  /** Runs so far, where a rule is run moment by moment. */
  readonly runs: number;
}

export interface Detected {
  readonly runs: readonly RuleRun[];
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** By finding id; empty where it was not asked for. */
  readonly growths: ReadonlyMap<string, Growth>;
  /** By finding id, the ids of the conditions that hold for it. */
  readonly holds: ReadonlyMap<string, readonly string[]>;
}

/** The settled answer of each rule over the lake: the union of what its runs at every tick t of its frequency find in
 *  the rows as they are now, each run with `now()` = t and the rows of (t - queryPeriod, t] by evidence time. How it is
 *  had (each row once, or run by run) never changes it; each `RuleRun` says which.
 *
 *  A replay goes over the data's own span. A bare query has no frequency and no period: it runs once, over everything
 *  up to the end of the data, at the first whole second that sees all of it. With `asOf` every rule runs once.
 *
 *  A rule that cannot run is a `RuleRun` with `error`, and the others go on. */
export async function detect(lake: ReadableLake, rules: readonly Rule[], options: DetectOptions): Promise<Detected> {
  const { arrived } = options;
  const span = await dataSpan(lake, arrived === undefined ? {} : { arrived });
  const sight = await sightOf(lake.engine, lookedAt(rules, span ?? { from: 0n, until: 0n }, options.asOf));
  const runs: RuleRun[] = [];
  const found: Found[] = [];
  for (const rule of rules) {
    const onRuns = (count: number) => options.onProgress?.({ rule: rule.name, runs: count });
    onRuns(0);
    await compiledAhead(rule);
    const ran = await runRule(lake, rule, {
      schema: options.schema ?? weirSchema,
      span,
      asOf: options.asOf,
      within: options.within,
      arrived,
      conditions: options.conditions ?? [],
      growth: options.growth === true,
      sight,
      onRuns,
    });
    runs.push(ran.run);
    found.push(...ran.findings);
  }
  return {
    runs,
    findings: found.map(({ finding }) => finding).sort(bySeverity),
    growths: new Map(found.map(({ finding, growth }) => [finding.id, growth])),
    holds: new Map(found.map(({ finding, holds }) => [finding.id, holds])),
  };
}

/** The time of which some rule sees rows. */
function lookedAt(rules: readonly Rule[], data: TimeSpan, asOf: bigint | undefined): TimeSpan {
  if (asOf === undefined) return data;
  const periods = rules.map(({ schedule }) => schedule?.period ?? asOf - data.from + 1n);
  const longest = periods.reduce((most, period) => (period > most ? period : most), 0n);
  return { from: asOf - longest + 1n, until: asOf };
}
