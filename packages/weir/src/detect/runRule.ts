import type { Schema } from '@weir/kql/types';
import { type Engine, isOutOfMemory } from '../engine/engine.ts';
import type { ReadableLake } from '../lake/lake.ts';
import type { RuleRun } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';
import type { Condition } from './conditions.ts';
import { detailColumns } from './details.ts';
import { Evidence } from './evidence.ts';
import { type Found, findingsOf } from './findings.ts';
import { blindnessOf } from './needs.ts';
import { type RuleQuery, ruleQuery } from './ruleQuery.ts';
import { byIntervals, candidatesFrom, eachRowOnce, momentByMoment, oneRun } from './runs.ts';
import { scoreQuery } from './score.ts';
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
import { fires, firesOnAny } from './trigger.ts';
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
  /** Where a run sees only what was there at its tick: when that was, as SQL over a table's columns. */
  readonly arrived?: ((table: string) => string) | undefined;
  /** Since when it counts that there is nothing: ticks before it are run where they see rows. Absent: always. */
  readonly absentFrom?: bigint | undefined;
  /** SQL of a table's rows, where not all are looked at. */
  readonly from?: (table: string) => string;
  readonly conditions: readonly Condition[];
  readonly growth: boolean;
  readonly sight: Sight;
  readonly onRuns: (count: number) => void;
  /** What the rule fires on is added to this, a part of it (`Evidence.part`), and its findings are not told. */
  readonly evidence?: Evidence;
}

const second = 10_000_000n;

/** Everything that one rule finds, and how. What stops the rule (a query that does not compile, a value that overflows)
 *  is the run's `error`; a defect of ours is thrown. */
export async function runRule(
  lake: ReadableLake,
  rule: Rule,
  options: RunOptions,
): Promise<{ run: RuleRun; findings: Found[] }> {
  const guide = rule.guide === undefined ? {} : { guide: rule.guide };
  const none = { ticks: 0, from: null, until: null, resultRows: 0, findings: 0, blind: [] };
  const blank = { rule: rule.id, name: rule.name, ...guide, ...none };
  let known: RuleRun = { ...blank, shape: 'general', shapeReason: 'the query was not read', method: 'not run' };
  try {
    const query = ruleQuery(rule, options.schema);
    scoreQuery(rule);
    const { shape, reason } = query.shape;
    known = { ...known, shape, shapeReason: reason };
    known = { ...known, blind: blindnessOf(rule, options.schema, options.sight) };
    const moments = momentsOf(rule, options);
    if (moments === undefined) {
      const method = options.span === undefined ? 'no rows to look at' : 'no run in the time that was asked for';
      return { run: { ...known, method }, findings: [] };
    }
    known = { ...known, ticks: countOf(moments), from: moments.first, until: moments.last };
    if (options.asOf !== undefined) {
      const period = rule.schedule?.period ?? null;
      known = { ...known, rowsInWindow: await rowsSeen(lake.engine, query.tables, options.asOf, period) };
    }
    if (options.evidence !== undefined) {
      const into = options.evidence;
      const method = await into.allOrNothing(() => runAtMoments(lake.engine, rule, query, moments, into, options));
      return { run: { ...known, method }, findings: [] };
    }
    const evidence = await Evidence.create(lake.engine, rule.weir.finding.key, detailColumns(rule));
    try {
      const method = await runAtMoments(lake.engine, rule, query, moments, evidence, options);
      const resultRows = await evidence.resultRows();
      const findings =
        resultRows === 0 ? [] : await findingsOf(lake.engine, rule, { ...options, tables: query.tables });
      return { run: { ...known, method, resultRows, findings: findings.length }, findings };
    } finally {
      await evidence.drop();
    }
  } catch (error) {
    if (!(error instanceof Error) || isOurs(error)) throw error;
    const notRun = { ticks: 0, from: null, until: null, method: 'not run', error: saidOf(error, rule) };
    return { run: { ...known, ...notRun }, findings: [] };
  }
}

/** Runs the rule at its moments in the cheapest exact way; gives that way in words. */
export async function runAtMoments(
  engine: Engine,
  rule: Rule,
  query: RuleQuery,
  moments: Moments,
  evidence: Evidence,
  { onRuns, arrived, from, absentFrom }: Pick<RunOptions, 'onRuns' | 'arrived' | 'from' | 'absentFrom'>,
): Promise<string> {
  const known = arrived === undefined ? {} : { arrived };
  const schedule: Schedule = { ...(rule.schedule ?? { frequency: second, period: null }), ...known };
  const firing = (rows: number) => fires(rule.trigger, rows);
  if (moments.first === moments.last) {
    await oneRun(evidence, query.atMoment, query.tables, schedule, moments.first, firing, from);
    return 'one run';
  }
  if (query.eachRow !== undefined && firesOnAny(rule.trigger)) {
    await eachRowOnce(evidence, query.eachRow, query.tables, schedule, moments, from);
    return 'each row once';
  }
  const ticks = `${countInWords(countOf(moments), 'tick')} of ${spanInWords(moments.frequency)}`;
  const candidates = from === undefined ? query.candidates : candidatesFrom(query.candidates, from);
  const { period } = schedule;
  const swept = oneByOne(rule) ?? (period === null ? { reason: 'it looks back without end' } : query.byIntervals);
  let why = 'reason' in swept ? swept.reason : '';
  if (period !== null && !('reason' in swept)) {
    const options = { trigger: rule.trigger, onPass: onRuns };
    try {
      const passes = await evidence.allOrNothing(() =>
        byIntervals(engine, evidence, swept, candidates, { ...schedule, period }, moments, options),
      );
      return passes === 0
        ? `${ticks}, nothing to look at`
        : `${ticks}, by intervals in ${countInWords(passes, 'pass', 'passes')}`;
    } catch (error) {
      // A run at one tick holds the groups of that tick alone.
      if (!isOutOfMemory(error)) throw error;
      why = 'its groups by intervals need more memory than there is';
    }
  }
  let runs = 0;
  await momentByMoment(engine, evidence, query.overCandidates, candidates, schedule, moments, {
    skipEmpty: query.emptyOverNothing && !fires(rule.trigger, 0),
    emptyFrom: absentFrom,
    fires: firing,
    onRun: () => {
      runs += 1;
      onRuns(runs);
    },
  });
  return `tick by tick${why === '' ? '' : `, as ${why}`}: ${ticks}, ${runs.toLocaleString('en-US')} of them with something to look at`;
}

function momentsOf(rule: Rule, { span, asOf, within }: RunOptions): Moments | undefined {
  if (asOf !== undefined) return oneMoment(asOf);
  if (span === undefined) return undefined;
  if (rule.schedule === null) {
    const end = tickAtOrAfter(span.until, second);
    if (within === undefined) return oneMoment(end);
    const last = within.until < end ? within.until : end;
    return within.from <= last ? oneMoment(last) : undefined;
  }
  const moments = replayMoments(span, rule.schedule.frequency);
  return within === undefined ? moments : clipped(moments, within);
}

/** Why the runs must be had one by one although the compiler can sweep the query. */
function oneByOne(rule: Rule): { readonly reason: string } | undefined {
  if (rule.schedule === null) return { reason: 'it looks back without end' };
  return fires(rule.trigger, 0) ? { reason: 'it fires on runs without results' } : undefined;
}

/** What stopped a rule. DuckDB's further lines show Weir's SQL, which the rule's author never wrote. */
export function saidOf(error: Error, rule: Rule): string {
  if (error instanceof UserError) return `${error.place}: ${error.message}. ${error.advice}`;
  const [line = ''] = error.message.split('\n');
  const repeated = /invalid repetition size: (\{[\d,]*\})|pattern too large/.exec(line);
  if (repeated !== null) return tooManyRepetitions(rule, repeated[1] ?? '{');
  const unsound = /^(Binder|Parser|Catalog|INTERNAL) Error/.test(line);
  return unsound ? `Weir made SQL of the query that DuckDB refuses; please report it: ${line}` : line;
}

/** The engine's regular expressions (RE2) take time in proportion to the text, whatever the expression, so that none runs
 *  for ever; one that would grow too large is refused. */
function tooManyRepetitions({ path, query, queryLines }: Rule, repetition: string): string {
  const before = query.slice(0, Math.max(0, query.indexOf(repetition))).split('\n');
  const start = queryLines[before.length - 1];
  const place = start && `:${start.line}:${start.column + (before.at(-1) ?? '').length}`;
  const what = 'a regular expression repeats more than a thousand times, inner repetitions multiplied';
  return `${path}${place ?? ''}: ${what}. Repeat less, or ask for what stands before and after.`;
}

/** JavaScript's own complaints are defects of the program; DuckDB's and the compiler's are about the query. */
export function isOurs(error: Error): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
