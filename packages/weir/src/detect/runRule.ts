import type { Schema } from '@weir/kql/types';
import type { Lake } from '../lake/lake.ts';
import type { RuleRun } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Rule, Trigger } from '../rules/rule.ts';
import type { Condition } from './conditions.ts';
import { Evidence } from './evidence.ts';
import { type Found, findingsOf } from './findings.ts';
import { blindnessOf } from './needs.ts';
import { type RuleQuery, ruleQuery } from './ruleQuery.ts';
import { eachRowOnce, manyMomentsAtOnce, momentByMoment, oneRun } from './runs.ts';
import type { Sight } from './sight.ts';
import {
  clipped,
  countOf,
  type Moments,
  oneMoment,
  replayMoments,
  type Schedule,
  type TimeSpan,
  tickAtOrAfter,
} from './ticks.ts';
import { rowsSeen } from './window.ts';
import { countInWords, spanInWords } from './words.ts';

export interface RunOptions {
  /** What the rule's query may name. */
  readonly schema: Schema;
  /** The data's own; undefined where there is none. */
  readonly span: TimeSpan | undefined;
  readonly asOf: bigint | undefined;
  /** Of a replay, only the ticks from the first of these to the last. */
  readonly within: TimeSpan | undefined;
  readonly conditions: readonly Condition[];
  readonly sight: Sight;
  readonly onRuns: (count: number) => void;
}

const second = 10_000_000n;

/** Everything that one rule finds, and how. What stops the rule (a query that does not compile, a value that overflows)
 *  is the run's `error`; a defect of ours is thrown. */
export async function runRule(
  lake: Lake,
  rule: Rule,
  options: RunOptions,
): Promise<{ run: RuleRun; findings: Found[] }> {
  const guide = rule.guide === undefined ? {} : { guide: rule.guide };
  const none = { ticks: 0, from: null, until: null, resultRows: 0, findings: 0, blind: [] };
  const blank = { rule: rule.id, name: rule.name, ...guide, ...none };
  let known: RuleRun = { ...blank, shape: 'general', shapeReason: 'the query was not read', method: 'not run' };
  try {
    refuseAbsence(rule);
    const query = ruleQuery(rule, options.schema);
    const { shape, reason } = query.shape;
    known = { ...known, shape, shapeReason: reason };
    known = { ...known, blind: blindnessOf(rule, options.schema, options.sight) };
    const moments = momentsOf(rule, options);
    if (moments === undefined) return { run: { ...known, method: 'no rows to look at' }, findings: [] };
    known = { ...known, ticks: countOf(moments), from: moments.first, until: moments.last };
    if (options.asOf !== undefined) {
      const period = rule.schedule?.period ?? null;
      known = { ...known, rowsInWindow: await rowsSeen(lake.engine, query.tables, options.asOf, period) };
    }
    const evidence = await Evidence.create(lake.engine, rule.weir.finding.key);
    try {
      const method = await run(lake, rule, query, moments, evidence, options);
      const findings = await findingsOf(lake.engine, rule, query.tables, options.conditions);
      const resultRows = await evidence.resultRows();
      return { run: { ...known, method, resultRows, findings: findings.length }, findings };
    } finally {
      await evidence.drop();
    }
  } catch (error) {
    if (!(error instanceof Error) || isOurs(error)) throw error;
    const notRun = { ticks: 0, from: null, until: null, method: 'not run', error: saidOf(error) };
    return { run: { ...known, ...notRun }, findings: [] };
  }
}

/** Runs the rule at its moments in the cheapest exact way; gives that way in words. */
async function run(
  lake: Lake,
  rule: Rule,
  query: RuleQuery,
  moments: Moments,
  evidence: Evidence,
  { onRuns }: RunOptions,
): Promise<string> {
  const schedule: Schedule = rule.schedule ?? { frequency: second, period: null };
  const firing = (rows: number) => fires(rule.trigger, rows);
  if (moments.first === moments.last) {
    await oneRun(evidence, query.atMoment, query.tables, schedule.period, moments.first, firing);
    return 'one run';
  }
  if (query.eachRow !== undefined && firesOnAny(rule.trigger)) {
    await eachRowOnce(evidence, query.eachRow, query.tables, schedule, moments);
    return 'each row once';
  }
  const ticks = `${countInWords(countOf(moments), 'tick')} of ${spanInWords(moments.frequency)}`;
  const { frequency, period } = schedule;
  if (query.manyMoments !== undefined && query.emptyOverNothing && period !== null && firesOnAny(rule.trigger)) {
    const queries = await manyMomentsAtOnce(
      lake.engine,
      evidence,
      query.manyMoments,
      query.candidates,
      { frequency, period },
      moments,
      onRuns,
    );
    return queries === 0 ? `${ticks}, nothing to look at` : `${ticks}, in ${countInWords(queries, 'pass', 'passes')}`;
  }
  let runs = 0;
  await momentByMoment(lake.engine, evidence, query.overCandidates, query.candidates, schedule, moments, {
    skipEmpty: query.emptyOverNothing,
    fires: firing,
    onRun: () => {
      runs += 1;
      onRuns(runs);
    },
  });
  return `tick by tick: ${ticks}, ${runs.toLocaleString('en-US')} of them with something to look at`;
}

function momentsOf(rule: Rule, { span, asOf, within }: RunOptions): Moments | undefined {
  if (asOf !== undefined) return oneMoment(asOf);
  if (span === undefined) return undefined;
  if (rule.schedule === null) return oneMoment(tickAtOrAfter(within?.until ?? span.until, second));
  const moments = replayMoments(span, rule.schedule.frequency);
  return within === undefined ? moments : clipped(moments, within);
}

function fires({ operator, threshold }: Trigger, rows: number): boolean {
  switch (operator) {
    case 'GreaterThan':
      return rows > threshold;
    case 'LessThan':
      return rows < threshold;
    case 'Equal':
      return rows === threshold;
    case 'NotEqual':
      return rows !== threshold;
  }
}

function firesOnAny({ operator, threshold }: Trigger): boolean {
  return threshold === 0 && (operator === 'GreaterThan' || operator === 'NotEqual');
}

/** @throws UserError for a rule that would fire on a run without results */
function refuseAbsence({ path, trigger }: Rule): void {
  if (!fires(trigger, 0)) return;
  throw new UserError(
    'RULE_UNSUPPORTED',
    path,
    `the trigger ${trigger.operator} ${trigger.threshold} fires on a run without results, which has no evidence to show`,
    'Let the query itself give a row where something is missing, and fire on GreaterThan 0.',
  );
}

/** What stopped a rule. DuckDB's further lines show Weir's SQL, which the rule's author never wrote. */
function saidOf(error: Error): string {
  if (error instanceof UserError) return `${error.place}: ${error.message}. ${error.advice}`;
  const [line = ''] = error.message.split('\n');
  const unsound = /^(Binder|Parser|Catalog|INTERNAL) Error/.test(line);
  return unsound ? `Weir made SQL of the query that DuckDB refuses; please report it: ${line}` : line;
}

/** JavaScript's own complaints are defects of the program; DuckDB's and the compiler's are about the query. */
function isOurs(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
