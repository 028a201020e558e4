import { conjuncts } from '../plan/conjuncts.ts';
import type { Relation, SummarizeNode } from '../plan/relation.ts';
import type { Scalar } from '../plan/scalar.ts';
import { relationsOf } from '../plan/visitor.ts';
import { Growth } from './growth.ts';
import { boundsOf } from './sweep/bounds.ts';

/** What a rule says of when its query is asked, and of what. */
export interface Asked {
  /** Ticks of 100 ns; a period of null looks back without end. Absent where no rule is known. */
  readonly schedule?: { readonly frequency: bigint; readonly period: bigint | null };
  /** The column by which rows of a table come into a run's window; undefined where that is no single column. */
  readonly evidence: (table: string) => string | undefined;
}

/** Columns that are never negative. */
const counters: ReadonlySet<string> = new Set(['BytesSent', 'BytesReceived']);

/** Why the groups of a plan cannot be judged each when all of it is there, once; undefined where they can. The part below
 *  the grouping is known to choose its rows one by one. */
export function whyNotWindowed(
  node: SummarizeNode,
  above: readonly Relation[],
  { schedule, evidence }: Asked,
): string | undefined {
  const times = idsOf(node.input, evidence);
  const bins = node.groups.flatMap(({ value }) => binOf(value, times) ?? []);
  const [bin] = bins.sort((a, b) => (a < b ? -1 : 1));
  if (bin === undefined) return 'and none of its groups is a bin of the time by which rows enter its look-back';
  const frequency = schedule?.frequency ?? 1n;
  // A tick at which all of a bin is there comes at its end, or up to a frequency later.
  const whole = bin % frequency === 0n ? bin + 1n : bin + frequency;
  const looks = lookBacksOf(node.input, times);
  if (looks === undefined) return 'and bounds them by another time than that by which rows enter its look-back';
  const shortest = [...looks, ...(schedule?.period == null ? [] : [schedule.period])].sort((a, b) => (a < b ? -1 : 1));
  if (shortest[0] !== undefined && shortest[0] < whole) return 'and its look-back cuts its bins';
  const adds = idsOf(node.input, () => undefined, counters);
  const growth = new Growth(node.groups, node.aggregates, (value) => value.kind === 'column' && adds.has(value.id));
  const shrinks = above.some(
    (relation) =>
      relation.kind === 'filter' && conjuncts(relation.predicate).some((condition) => !growth.onlyGrows(condition)),
  );
  return shrinks ? 'and more rows can make a condition over its groups untrue' : undefined;
}

/** The ids under which columns of the tables are known, also after they were handed on under another id. */
function idsOf(
  root: Relation,
  evidence: (table: string) => string | undefined,
  names: ReadonlySet<string> = new Set(),
): ReadonlySet<number> {
  const ids = new Set<number>();
  const visit = (node: Relation): void => {
    for (const input of relationsOf(node)) visit(input);
    if (node.kind === 'scan') {
      const own = evidence(node.table);
      for (const { id, source } of node.columns) if (source === own || names.has(source)) ids.add(id);
    } else if (node.kind === 'project') {
      for (const { column, value } of node.columns)
        if (value.kind === 'column' && ids.has(value.id)) ids.add(column.id);
    } else if (node.kind === 'union') {
      for (const [index, { id }] of node.columns.entries())
        if (node.inputs.every(({ columns }) => ids.has(columns[index] ?? -1))) ids.add(id);
    }
  };
  visit(root);
  return ids;
}

/** `bin(EvidenceTime, 1h)`: the length, in ticks. */
function binOf(value: Scalar, times: ReadonlySet<number>): bigint | undefined {
  if (value.kind !== 'call' || value.name !== 'bin') return undefined;
  const [time, length] = value.args;
  if (time?.kind !== 'column' || !times.has(time.id)) return undefined;
  return length?.kind === 'constant' && typeof length.value === 'bigint' && length.value > 0n
    ? length.value
    : undefined;
}

/** How far `> ago(…)` looks back on these columns; undefined where another column is bounded so. */
function lookBacksOf(root: Relation, times: ReadonlySet<number>): bigint[] | undefined {
  const found: bigint[] = [];
  let known = true;
  const visit = (node: Relation): void => {
    for (const input of relationsOf(node)) visit(input);
    if (node.kind !== 'filter') return;
    for (const { time, offset } of conjuncts(node.predicate).flatMap((condition) => boundsOf(condition) ?? [])) {
      if (time.kind === 'column' && times.has(time.id)) found.push(-offset);
      else known = false;
    }
  };
  visit(root);
  return known ? found : undefined;
}
