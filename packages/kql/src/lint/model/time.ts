import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, type Step } from './pipeline.ts';
import { conjunctsOf, type Predicate, predicateOf } from './predicate.ts';
import { knownValue } from './values.ts';

const timeColumns =
  /^(Timestamp|TimeGenerated|EvidenceTime|ArrivedAt|FlowStart|FlowEnd|StartTime|EventTime|CreatedDateTime)$/;

/** A filter on when an event happened. */
export interface TimeFilter {
  readonly node: Bound;
  readonly column: string;
  readonly step: Step;
  /** How far before the run it begins, in ticks; undefined where it is not a distance from now. */
  readonly back: bigint | undefined;
  /** The lower end is rounded to a clock hour or day. */
  readonly rounded: boolean;
  /** Where it ends, before the run; 0 where it goes up to now. */
  readonly until: bigint;
}

export function isTimeColumn(name: string): boolean {
  return timeColumns.test(name);
}

/** The time filters that the rows of a pipeline pass, in order. */
export function timeFilters(pipeline: Pipeline): readonly TimeFilter[] {
  return flow(pipeline).flatMap(timeFiltersOf);
}

export function timeFiltersOf(step: Step): readonly TimeFilter[] {
  if (!isStep(step, 'Filter')) return [];
  const condition = step.node.child('Condition');
  if (condition === undefined) return [];
  return conjunctsOf(predicateOf(condition, step.env)).flatMap((part): readonly TimeFilter[] => {
    const node = bare(part.node);
    const age = ageIn(part, step);
    if (age !== undefined) return [age];
    const column = timeColumnIn(node);
    if (column === undefined) return [];
    if (node.kind === 'BetweenExpression') {
      const range = need(node, 'Right');
      const [low, high] = [need(range, 'First'), need(range, 'Second')].map((end) => knownValue(end, step.env));
      const start = low?.kind === 'time' && low.from === 'now' ? low : undefined;
      const until = high?.kind === 'time' && high.from === 'now' ? -high.ticks : 0n;
      return [{ node, column, step, back: start && -start.ticks, rounded: start?.rounded ?? false, until }];
    }
    if (part.kind !== 'test' || !/^(less|greater)/.test(part.relation))
      return [{ node, column, step, back: undefined, rounded: false, until: 0n }];
    const value = part.items?.[0]?.value;
    const distance = value?.kind === 'time' && value.from === 'now' ? value : undefined;
    const lower = part.relation.startsWith('greater') !== part.negated;
    const back = lower && distance !== undefined ? -distance.ticks : undefined;
    return [
      {
        node,
        column,
        step,
        back,
        rounded: distance?.rounded ?? false,
        until: !lower && distance ? -distance.ticks : 0n,
      },
    ];
  });
}

/** `now() - Timestamp < 1h`. */
function ageIn(part: Predicate, step: Step): TimeFilter | undefined {
  if (part.kind !== 'test' || part.negated || !part.relation.startsWith('less')) return undefined;
  const subject = bare(part.subject);
  const value = part.items?.[0]?.value;
  if (subject.kind !== 'SubtractExpression' || value?.kind !== 'span') return undefined;
  const from = knownValue(need(subject, 'Left'), step.env);
  const column = timeName(bare(need(subject, 'Right')));
  if (from?.kind !== 'time' || from.from !== 'now' || from.ticks !== 0n || column === undefined) return undefined;
  return { node: bare(part.node), column, step, back: value.ticks, rounded: false, until: 0n };
}

/** The time column that a comparison is about: bare, in a rounding, or as `ingestion_time()`. */
function timeColumnIn(node: Bound): string | undefined {
  if (!/^(Greater|Less|Between|Equal)/.test(node.kind)) return undefined;
  for (const side of [node.child('Left'), node.child('Right')]) {
    const name = side === undefined ? undefined : timeName(bare(side));
    if (name !== undefined) return name;
  }
  return undefined;
}

function timeName(node: Bound): string | undefined {
  if (node.kind === 'NameReference')
    return isTimeColumn(nameOf(node)) || node.type === 'datetime' ? nameOf(node) : undefined;
  if (node.kind !== 'FunctionCallExpression') return undefined;
  const name = nameOf(need(node, 'Name'));
  if (name === 'ingestion_time') return name;
  const [first] = need(node, 'ArgumentList').list('Expressions');
  if (first === undefined) return undefined;
  return /^(bin|floor|todatetime|startof\w+)$/.test(name) ? timeName(bare(first)) : undefined;
}

/** The shortest distance from now to which the rows are bound; undefined where there is none. */
export function lookBack(pipeline: Pipeline): TimeFilter | undefined {
  const bound = timeFilters(pipeline).filter((filter) => filter.back !== undefined);
  return bound.sort((a, b) => ((a.back ?? 0n) < (b.back ?? 0n) ? -1 : 1))[0];
}

const units = [
  [864_000_000_000n, 'day'],
  [36_000_000_000n, 'hour'],
  [600_000_000n, 'minute'],
  [10_000_000n, 'second'],
] as const;

/** `1 hour`, `90 minutes`. */
export function spanText(ticks: bigint): string {
  for (const [size, unit] of units) {
    if (ticks >= size && ticks % size === 0n) return `${ticks / size} ${unit}${ticks === size ? '' : 's'}`;
  }
  return `${Number(ticks) / 10_000_000} seconds`;
}

/** `1h`, `90m`: as KQL writes it. */
export function spanLiteral(ticks: bigint): string {
  for (const [size, unit] of units) if (ticks >= size && ticks % size === 0n) return `${ticks / size}${unit[0]}`;
  return `${Number(ticks) / 10_000_000}s`;
}
