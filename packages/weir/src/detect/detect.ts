import type { Lake } from '../lake/lake.ts';
import type { Finding, RuleRun } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { bySeverity } from './findings.ts';
import { runRule } from './runRule.ts';
import { sightOf } from './sight.ts';
import type { TimeSpan } from './ticks.ts';
import { dataSpan } from './window.ts';

export interface DetectOptions {
  /** One run of each rule at this moment (ticks) instead of a replay over the data's own time. */
  readonly asOf?: bigint;
  readonly onProgress?: (progress: DetectProgress) => void;
}

export interface DetectProgress {
  /** The rule's name. */
  readonly rule: string;
  /** Runs so far, where a rule is run moment by moment. */
  readonly runs: number;
}

/** The settled answer of each rule over the lake: the union of what its runs at every tick t of its frequency find in
 *  the rows as they are now, each run with `now()` = t and the rows of (t - queryPeriod, t] by evidence time. How it is
 *  had (each row once, or run by run) never changes it; each `RuleRun` says which.
 *
 *  A replay goes over the data's own span. A bare query has no frequency and no period: it runs once, over everything
 *  up to the end of the data, at the first whole second that sees all of it. With `asOf` every rule runs once.
 *
 *  A rule that cannot run is a `RuleRun` with `error`, and the others go on. */
export async function detect(
  lake: Lake,
  rules: readonly Rule[],
  options: DetectOptions,
): Promise<{ runs: RuleRun[]; findings: Finding[] }> {
  const span = await dataSpan(lake);
  const sight = await sightOf(lake.engine, lookedAt(rules, span ?? { from: 0n, until: 0n }, options.asOf));
  const runs: RuleRun[] = [];
  const findings: Finding[] = [];
  for (const rule of rules) {
    const onRuns = (count: number) => options.onProgress?.({ rule: rule.name, runs: count });
    onRuns(0);
    const ran = await runRule(lake, rule, { span, asOf: options.asOf, sight, onRuns });
    runs.push(ran.run);
    findings.push(...ran.findings);
  }
  return { runs, findings: findings.sort(bySeverity) };
}

/** The time of which some rule sees rows. */
function lookedAt(rules: readonly Rule[], data: TimeSpan, asOf: bigint | undefined): TimeSpan {
  if (asOf === undefined) return data;
  const periods = rules.map(({ schedule }) => schedule?.period ?? asOf - data.from + 1n);
  const longest = periods.reduce((most, period) => (period > most ? period : most), 0n);
  return { from: asOf - longest + 1n, until: asOf };
}
