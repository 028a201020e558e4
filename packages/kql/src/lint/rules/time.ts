import { type Bound, bare, nameOf } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, type Step } from '../model/pipeline.ts';
import { testsOf } from '../model/predicate.ts';
import { isTimeColumn, timeFilters } from '../model/time.ts';
import { knownValue } from '../model/values.ts';
import type { Query } from '../rule.ts';
import { callOf, conditionOf, unnamed } from './expressions.ts';

/** Tables of events, whose rows are about a moment and for which a rule looks back; others list what there is. */
export function holdsEvents(table: string): boolean {
  return !/^(DeviceInfo|DeviceTvm\w*|IdentityInfo|IdentityAccountInfo|Inventory|Watchlist|ExposureGraph\w+|DeviceBaseline\w+|ThreatIntel\w*|SecurityRecommendation|Entra\w+|OAuthAppInfo|[Rr]esources|AADRiskyUsers|IntuneDevices|EgressDaily)$/.test(
    table,
  );
}

/** Pipelines that begin at a table of events, each with the steps that its rows pass up to the query's end or the next
 *  join or union. */
export function* eventPipelines(
  query: Query,
): Generator<{ readonly pipeline: Pipeline; readonly table: string; readonly at: Bound }> {
  for (const pipeline of query.pipelines) {
    const { source } = pipeline;
    if (source.kind === 'table' && holdsEvents(source.name)) yield { pipeline, table: source.name, at: source.node };
  }
}

/** Is a time asked for anywhere between the table and the query's end? A `let` may be filtered where it is used. */
export function isBoundInTime(query: Query, pipeline: Pipeline, known: Map<Pipeline, boolean> = new Map()): boolean {
  const before = known.get(pipeline);
  if (before !== undefined) return before;
  const users = query.pipelines.filter((other) => uses(other, pipeline));
  const bound =
    timeFilters(pipeline).length > 0 ||
    mentionsTime(pipeline) ||
    (users.length > 0 && users.every((user) => isBoundInTime(query, user, known)));
  known.set(pipeline, bound);
  return bound;
}

function uses(user: Pipeline, used: Pipeline): boolean {
  const { source } = user;
  if (user === used) return false;
  if (source.kind === 'pipeline' && source.pipeline === used) return true;
  const inputs = source.kind === 'union' ? source.inputs : [];
  return [...inputs, ...user.steps.flatMap((step) => (isStep(step, 'Union') ? step.others : []))].includes(used);
}

/** A filter over a time in a form that is not a plain bound. */
function mentionsTime(pipeline: Pipeline): boolean {
  return flow(pipeline).some((step) => {
    const condition = isStep(step, 'Filter') ? step.node.child('Condition') : undefined;
    return (
      condition !== undefined && /\b(Timestamp|TimeGenerated|EvidenceTime|ingestion_time\(\))/.test(condition.text)
    );
  });
}

/** `bin(time, span)` or `startofday(time)` in a `by`, or a name that stands for it. */
export interface TimeBin {
  readonly node: Bound;
  readonly span: bigint;
  /** By the calendar (`startofweek`), as reports are, not by a span that somebody chose. */
  readonly calendar?: true;
}

export function timeBins(step: Step): readonly TimeBin[] {
  const by = step.node.child('ByClause')?.list('Expressions') ?? [];
  return by.flatMap((item) => {
    const value = unnamed(item);
    const origin = value.kind === 'NameReference' ? step.input.names.get(nameOf(value)) : undefined;
    const call = callOf(origin?.kind === 'computed' && origin.node !== undefined ? origin.node : value);
    const [subject, size] = call?.args ?? [];
    if (call === undefined || subject === undefined) return [];
    const inner = bare(subject);
    if (inner.kind !== 'NameReference' || !(isTimeColumn(nameOf(inner)) || inner.type === 'datetime')) return [];
    if (size === undefined) {
      const days = { startofday: 1n, startofweek: 7n }[call.name];
      return days === undefined ? [] : [{ node: value, span: days * 864_000_000_000n, calendar: true }];
    }
    if (!/^(bin|floor)$/.test(call.name)) return [];
    const span = knownValue(size, step.env);
    return span?.kind === 'span' ? [{ node: value, span: span.ticks }] : [];
  });
}

/** The first test behind a `summarize` that compares one of its aggregates with a number. */
export function thresholdAfter(steps: readonly Step[], summarize: Step): Bound | undefined {
  const behind = steps.slice(steps.indexOf(summarize) + 1);
  const made = new Set((summarize.node.list('Aggregates') ?? []).length > 0 ? aggregateNames(summarize) : []);
  for (const step of behind) {
    if (isStep(step, 'Summarize', 'Union', 'Join')) return undefined;
    const condition = conditionOf(step);
    for (const { test } of condition === undefined ? [] : testsOf(condition)) {
      const subject = bare(test.subject);
      if (!/^(less|greater)/.test(test.relation) || subject.kind !== 'NameReference' || !made.has(nameOf(subject)))
        continue;
      if (test.items?.[0]?.value.kind === 'number') return test.node;
    }
  }
  return undefined;
}

/** The names behind a `summarize` that are not its groups'. */
function aggregateNames(summarize: Step): readonly string[] {
  const groups = new Set(
    (summarize.node.child('ByClause')?.list('Expressions') ?? []).map((item) => unnamed(item).text),
  );
  return [...summarize.output.names.keys()].filter((name) => !groups.has(name));
}
