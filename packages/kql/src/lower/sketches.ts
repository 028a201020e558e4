import type { Relation } from '../plan/relation.ts';
import type { AggregateNode, CallNode, PlanColumn, Scalar } from '../plan/scalar.ts';
import { relationsOf, scalarsOf } from '../plan/visitor.ts';
import type { KqlType, Span } from '../types.ts';
import { refuse } from './context.ts';

/** What `hll` or `tdigest` made, and of values of which type. Kusto keeps an estimate of a shape of its own there, Weir the
 *  values themselves: a query may merge them and read them, and nothing else. */
interface Sketch {
  readonly family: 'hll' | 'tdigest';
  readonly of: KqlType;
  readonly span: Span;
}

type Sketches = ReadonlyMap<number, Sketch>;

const makers: Readonly<Record<string, Sketch['family']>> = { hll: 'hll', hll_if: 'hll', tdigest: 'tdigest' };
const merging: Readonly<Record<string, Sketch['family']>> = {
  hll_merge: 'hll',
  tdigest_merge: 'tdigest',
  merge_tdigest: 'tdigest',
};
const reading: Readonly<Record<string, Sketch['family']>> = {
  dcount_hll: 'hll',
  dcount_intersect: 'hll',
  percentile_tdigest: 'tdigest',
  percentiles_array_tdigest: 'tdigest',
  rank_tdigest: 'tdigest',
  percentrank_tdigest: 'tdigest',
};

/** No sketch may be seen: not in the result, and by no function but those that merge and read.
 *  @throws Refusal */
export function checkSketches(relation: Relation, columns: readonly PlanColumn[]): void {
  const found = sketchesOf(relation);
  for (const column of columns) {
    const sketch = found.get(column.id);
    if (sketch !== undefined) shown(sketch.span);
  }
}

function shown(span: Span): never {
  const advice = 'Read it inside of the query: `dcount_hll(…)`, `percentile_tdigest(…)`.';
  return refuse(span, 'WK002', 'The sketch that Kusto makes here cannot be shown, compared or kept.', advice);
}

/** What was found in relations already: one that is materialized stands in a plan as often as it is used. */
const known = new WeakMap<Relation, Sketches>();

/** The columns of the relation that hold a sketch. */
function sketchesOf(node: Relation): Sketches {
  const found = known.get(node) ?? columnsWith(node);
  known.set(node, found);
  return found;
}

function columnsWith(node: Relation): Sketches {
  const inputs = relationsOf(node).map(sketchesOf);
  const within: Sketches = new Map(inputs.flatMap((input) => [...input]));
  switch (node.kind) {
    case 'project':
      return made(node.columns, within);
    case 'summarize':
      for (const group of node.groups) without(group.value, within);
      return made(node.aggregates, within);
    case 'shared':
      return renamed(node.columns.map(({ id, source }) => [id, within.get(source)]));
    case 'union': {
      return renamed(
        node.columns.map(({ id }, place) => {
          const [first, ...rest] = node.inputs.map((input) => within.get(input.columns[place] ?? -1));
          for (const other of rest) alike(first, other);
          return [id, first];
        }),
      );
    }
    case 'join':
      if (!['inner', 'leftsemi', 'leftanti'].includes(node.join)) {
        for (const { span } of within.values()) shown(span);
      }
      break;
    default:
      break;
  }
  for (const scalar of scalarsOf(node)) without(scalar, within);
  return within;
}

function renamed(pairs: readonly (readonly [number, Sketch | undefined])[]): Sketches {
  return new Map(pairs.flatMap(([id, sketch]) => (sketch === undefined ? [] : [[id, sketch]])));
}

function made(columns: readonly { readonly column: PlanColumn; readonly value: Scalar }[], within: Sketches): Sketches {
  return renamed(columns.map(({ column, value }) => [column.id, sketchOf(value, within)]));
}

function without(node: Scalar, within: Sketches): void {
  const sketch = sketchOf(node, within);
  if (sketch !== undefined) shown(node.span);
}

/** The sketch that a value is, if it is one. */
function sketchOf(node: Scalar, within: Sketches): Sketch | undefined {
  switch (node.kind) {
    case 'column':
      return within.get(node.id);
    case 'scalarQuery':
      return sketchesOf(node.query).get(node.column);
    case 'aggregate':
    case 'call':
      return ofCall(node, within);
    default:
      for (const query of relationsOf(node)) for (const { span } of sketchesOf(query).values()) shown(span);
      for (const scalar of scalarsOf(node)) without(scalar, within);
      return undefined;
  }
}

function ofCall(node: AggregateNode | CallNode, within: Sketches): Sketch | undefined {
  const [first, ...rest] = node.args;
  if (first === undefined || (node.kind === 'call' && node.family === 'operator')) return plain(node, within);
  const making = node.kind === 'aggregate' ? makers[node.name] : undefined;
  if (making !== undefined) {
    plain(node, within);
    return { family: making, of: first.type, span: node.span };
  }
  const family = merging[node.name] ?? reading[node.name];
  if (family === undefined) return plain(node, within);
  const sketch = sketchOf(first, within);
  if (sketch?.family !== family) {
    const advice = `Use it over what \`${family}\` gives in the same query.`;
    return refuse(first.span, 'WK002', `\`${node.name}\` of this value is not supported.`, advice);
  }
  if (node.name in merging || node.name === 'dcount_intersect') {
    for (const other of rest) alike(sketch, sketchOf(other, within));
    return node.name in merging ? { ...sketch, span: node.span } : undefined;
  }
  for (const other of rest) without(other, within);
  if (node.name === 'percentile_tdigest' && node.type !== 'dynamic' && node.type !== sketch.of) {
    return refuse(node.span, 'WK002', `This digest holds values of ${sketch.of}.`, `Write \`typeof(${sketch.of})\`.`);
  }
  return undefined;
}

function plain(node: Scalar, within: Sketches): undefined {
  for (const scalar of scalarsOf(node)) without(scalar, within);
}

/** Of sketches of unlike values it is not documented what a merge counts. */
function alike(one: Sketch | undefined, other: Sketch | undefined): void {
  if (one?.family === other?.family && one?.of === other?.of) return;
  const span = (one ?? other)?.span;
  if (span !== undefined) refuse(span, 'WK002', 'Sketches of values of different types are not supported together.');
}
