import type { Bound } from '../../parse/tree.ts';
import { bare, nameOf, need } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, type Step } from '../model/pipeline.ts';
import { type Predicate, predicateOf, type Test, testsOf } from '../model/predicate.ts';
import type { Scope } from '../model/scope.ts';
import { walkScalars } from '../model/walk.ts';
import type { Query } from '../rule.ts';

/** A filter's condition. */
export function conditionOf(step: Step): Predicate | undefined {
  if (!isStep(step, 'Filter')) return undefined;
  const condition = step.node.child('Condition');
  return condition === undefined ? undefined : predicateOf(condition, step.env);
}

export interface PlacedTest {
  readonly test: Test;
  /** What `not` around it makes of it counted in. */
  readonly negated: boolean;
  readonly step: Step;
  readonly pipeline: Pipeline;
}

/** Every test of every step of the query: conditions, arms of `case`, arguments of `countif`. */
export function* everyTest(query: Query): Generator<PlacedTest> {
  for (const pipeline of query.pipelines) {
    for (const step of pipeline.steps) {
      for (const found of testsIn(step)) yield { ...found, step, pipeline };
    }
  }
}

function* testsIn(step: Step): Generator<{ readonly test: Test; readonly negated: boolean }> {
  const condition = conditionOf(step);
  if (condition !== undefined) {
    yield* testsOf(condition);
    return;
  }
  if (isStep(step, 'Join', 'Lookup')) return;
  for (const node of outermostConditions(step.node)) yield* testsOf(predicateOf(node, step.env));
}

/** Boolean expressions that are not part of a larger one. */
function* outermostConditions(node: Bound): Generator<Bound> {
  for (const child of node.children) {
    if (isCondition(child)) yield child;
    else if (!/Operator$|^PipeExpression$/.test(child.kind)) yield* outermostConditions(child);
  }
}

function isCondition(node: Bound): boolean {
  if (/^(And|Or)Expression$/.test(node.kind)) return true;
  return node.child('Left') !== undefined && node.child('Right') !== undefined && node.type === 'bool';
}

/** The tests that the rows of a pipeline pass on their way, in filters only. */
export function* filterTests(pipeline: Pipeline): Generator<Omit<PlacedTest, 'pipeline'>> {
  for (const step of flow(pipeline)) {
    const condition = conditionOf(step);
    if (condition === undefined) continue;
    for (const found of testsOf(condition)) yield { ...found, step };
  }
}

/** The table's column behind an expression: a name, also one that `extend` or `project` gave it, or a conversion of it
 *  (`tostring(x)`, `tolower(x)`), the host in it included (`parse_url(x).Host`). */
export function columnBehind(
  node: Bound,
  scope: Scope,
): { readonly table: string | undefined; readonly column: string; readonly converted: readonly string[] } | undefined {
  const found = bare(node);
  if (found.kind === 'NameReference') {
    const origin = scope.names.get(nameOf(found));
    if (origin?.kind === 'column') return { table: origin.table, column: origin.column, converted: [] };
    if (origin?.kind === 'computed' && origin.node !== undefined && origin.scope !== scope) {
      const within = bare(origin.node);
      // A name that is computed from itself.
      if (within.kind === 'NameReference' || within.kind === 'FunctionCallExpression')
        return columnBehind(within, origin.scope);
      return undefined;
    }
    return scope.open || origin === undefined ? { table: undefined, column: nameOf(found), converted: [] } : undefined;
  }
  if (found.kind === 'PathExpression' || found.kind === 'ElementExpression') {
    // The host of a URL is what a column of URLs and hosts is about.
    const url = callOf(need(found, 'Expression'));
    const [subject] = url?.name === 'parse_url' && /\bHost\b/.test(need(found, 'Selector').text) ? url.args : [];
    const behind = subject === undefined ? undefined : columnBehind(subject, scope);
    return behind && { ...behind, converted: ['parse_url', ...behind.converted] };
  }
  if (found.kind !== 'FunctionCallExpression') return undefined;
  const name = nameOf(need(found, 'Name'));
  if (!/^(tostring|tolower|toupper|trim|trim_start|trim_end)$/.test(name)) return undefined;
  const inner = need(found, 'ArgumentList').list('Expressions').at(-1);
  const behind = inner === undefined ? undefined : columnBehind(inner, scope);
  return behind && { ...behind, converted: [name, ...behind.converted] };
}

export interface Call {
  readonly name: string;
  readonly args: readonly Bound[];
  readonly node: Bound;
}

export function callOf(node: Bound): Call | undefined {
  const found = bare(node);
  if (found.kind !== 'FunctionCallExpression') return undefined;
  return { name: nameOf(need(found, 'Name')), args: need(found, 'ArgumentList').list('Expressions'), node: found };
}

/** Every function call in a node's scalars. */
export function* callsIn(node: Bound): Generator<Call> {
  for (const item of walkScalars(node)) {
    const call = item.kind === 'FunctionCallExpression' ? callOf(item) : undefined;
    if (call !== undefined) yield call;
  }
}

/** Takes `name =` off. */
export function unnamed(item: Bound): Bound {
  return bare(/NamedExpression$/.test(item.kind) ? need(item, 'Expression') : item);
}

export function nameOfItem(item: Bound): string | undefined {
  if (item.kind === 'SimpleNamedExpression') return nameOf(need(item, 'Name'));
  return item.kind === 'NameReference' ? nameOf(item) : undefined;
}

/** Source text for a message: one line, not long. */
export function short(node: Bound, length = 60): string {
  const line = node.text.replace(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** `"a", "b" and 3 more`. */
export function listed(items: readonly string[], most = 3): string {
  const shown = items.slice(0, most).map((item) => `\`${item}\``);
  const rest = items.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
