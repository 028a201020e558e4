import { type Bound, need, parameter } from '../../parse/tree.ts';
import type { Defined, Relation } from '../../plan/relation.ts';
import type { AggregateNode, OrderKey, PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { KqlType, Span } from '../../types.ts';
import { type Env, isKqlType, type Lowering, refuse, type Scope, short } from '../context.ts';
import { define, resultNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { call, constant, inType, internal, operator } from '../scalar-operator.ts';
import { passed, reference, scopeOf, type Table, unordered } from '../table.ts';
import { type Axis, axisOf } from './series-axis.ts';

/** `make-series` (make-series-operator.md): one row for each group, each aggregate as an array over the places of the
 *  axis, then the axis itself. The rows of every bin are summarized; each group is spread over its places, and what has
 *  no bin there takes the default. Groups without a row inside the bounds do not occur. */
export const makeSeries: Operator = (node, input, env, context) => {
  const names = resultNames(node);
  const scope = scopeOf(input, env);
  const axis = axisOf(node, scope, context);
  const nonempty = wantsRow(node, axis);
  const groupNodes = node.child('ByClause')?.list('Expressions') ?? [];
  const seen = groupNodes.map((item, index) => group(item, names[index] ?? '', scope, context));
  const groups = [...seen, ...partsOf(node, input, seen, nonempty)];
  const series = node.list('Aggregates').map((item, index) => {
    const name = names[seen.length + index] ?? '';
    return seriesOf(item, name, { ...scope, aggregates: { order: input.order } }, env, context);
  });
  const axisName = names.at(-1) ?? '';

  const place = context.column('place', 'long');
  const bins = (): Table => {
    const relation: Relation = { kind: 'filter', input: input.relation, predicate: axis.inside };
    const keys = [...groups, { column: place, value: axis.place }];
    const aggregates = series.map((item) => item.aggregate);
    const columns = [...keys, ...aggregates].map((item) => item.column);
    return unordered({ kind: 'summarize', input: relation, groups: keys, aggregates }, columns);
  };
  const values = context.shared(node, env, bins);
  const spread = placesOf(context.shared(node, env, bins), groups.length, axis, nonempty, node.span, context);
  const joined = beside(spread, values, groups.length);

  const order: readonly OrderKey[] = [{ by: reference(spread.place), ascending: true, nullsFirst: true }];
  const list = (name: string, value: Scalar): Defined => ({
    column: context.column(name, 'dynamic'),
    value: aggregate('make_list_with_nulls', [value], order, 'dynamic', node.span),
  });
  const missing = call('isnull', [columnAt(values, groups.length, node.span)], 'bool', node.span);
  const lists = series.map((item, index) => {
    const value = columnAt(values, groups.length + 1 + index, node.span);
    return list(item.aggregate.column.name, call('iff', [missing, item.otherwise, value], value.type, node.span));
  });
  lists.push(list(axisName, axis.value(reference(spread.place, node.span))));
  const results = groups.map(
    ({ column }, index): Defined => ({
      // The key of parts stays the column that it is.
      column: index < seen.length ? context.column(column.name, column.type) : column,
      value: columnAt(spread.table, index, node.span),
    }),
  );
  const relation: Relation = { kind: 'summarize', input: joined, groups: results, aggregates: lists };
  const columns = [...results.slice(0, seen.length), ...lists].map((item) => item.column);
  if (results.length > 0 || nonempty) return { ...unordered(relation, columns), parts: input.parts };
  return unordered(withRows(relation, columns, node.span, context), columns);
};

/** The key of the parts that the rows are in, each of which has series of its own. */
function partsOf(node: Bound, input: Table, groups: readonly Defined[], nonempty: boolean): readonly Defined[] {
  const { parts } = input;
  if (parts === undefined) return [];
  if (nonempty || parts.carried.length > 0 || groups.some(({ column }) => column.id === parts.key.id)) {
    const advice = 'Write `make-series … by` the column instead.';
    return refuse(
      node.span,
      'WK001',
      'This `make-series` is not supported inside of `mv-apply` and `partition`.',
      advice,
    );
  }
  return [passed(parts.key)];
}

/** `kind=nonempty`: a row of defaults where there is no input. */
function wantsRow(node: Bound, axis: Axis): boolean {
  const kind = parameter(node, 'kind');
  if (kind === undefined) return false;
  if (kind.text.toLowerCase() !== 'nonempty') {
    return refuse(kind.span, 'WK001', `\`kind=${short(kind.text)}\` of \`make-series\` is not supported.`);
  }
  if (node.child('ByClause') !== undefined || axis.first === undefined || axis.last === undefined) {
    const message = '`kind=nonempty` is supported with `from` and `to` and without `by`.';
    return refuse(kind.span, 'WK001', message, 'Leave `kind=nonempty` out.');
  }
  return true;
}

function group(item: Bound, name: string, scope: Scope, context: Lowering): Defined {
  const { value } = split(item);
  const made = define(name, value, scope, context);
  if (made.column.type !== 'dynamic') return made;
  const message = `\`${name}\` is dynamic, and dynamic values cannot be grouped.`;
  return refuse(item.span, 'WK002', message, 'Convert: `tostring(x)`.');
}

interface Series {
  readonly aggregate: Defined;
  /** What stands where no row is. */
  readonly otherwise: Scalar;
}

const numbers: readonly KqlType[] = ['int', 'long', 'real'];

function seriesOf(item: Bound, name: string, scope: Scope, env: Env, context: Lowering): Series {
  const { value } = split(need(item, 'Expression'));
  const type = value.type;
  if (value.columns !== undefined || !isKqlType(type) || !numbers.includes(type)) {
    const advice = 'Convert the value: `tolong(…)`, `toreal(…)`.';
    return refuse(item.span, 'WK002', '`make-series` makes arrays of whole numbers and reals only.', advice);
  }
  const made = { column: context.column(name, type), value: context.scalar(value, scope) };
  const given = item.child('DefaultExpression');
  const otherwise =
    given === undefined
      ? constant(type === 'real' ? 0 : 0n, type, item.span)
      : defaultOf(context.scalar(need(given, 'Expression'), { env, columns: new Map() }), type);
  return { aggregate: made, otherwise };
}

/** The default in the type of the aggregate. */
function defaultOf(given: Scalar, type: KqlType): Scalar {
  if (given.kind === 'constant') {
    const { value, span } = given;
    const whole = typeof value === 'number' && Number.isSafeInteger(value) && type !== 'real';
    const converted = inType(whole ? constant(BigInt(value), 'long', span) : given, type);
    if (converted !== undefined) return converted;
  } else if (given.type === type) {
    return given;
  } else if (given.type === 'int' || given.type === 'long') {
    return call(type === 'real' ? 'todouble' : `to${type}`, [given], type, given.span);
  }
  const message = `The default is a ${given.type} where the values are of type ${type}.`;
  return refuse(given.span, 'WK002', message, `Write \`${type}(…)\`, or make the values reals: \`sum(toreal(x))\`.`);
}

/** Each group once for each of its places. */
function placesOf(
  bins: Table,
  keys: number,
  axis: Axis,
  nonempty: boolean,
  span: Span,
  context: Lowering,
): { readonly table: Table; readonly place: PlanColumn } {
  const groups = bins.columns.slice(0, keys).map(passed);
  const found = columnAt(bins, keys, span);
  const own = (name: string, args: readonly Scalar[]): Defined => ({
    column: context.column(name, 'long'),
    value: aggregate(name, args, [], 'long', span),
  });
  const [count, first, last] = [own('count', []), own('min', [found]), own('max', [found])];
  const columns = [...groups, count, first, last].map((item) => item.column);
  const summarized: Relation = { kind: 'summarize', input: bins.relation, groups, aggregates: [count, first, last] };
  const present: Relation =
    keys > 0 || nonempty ? summarized : { kind: 'filter', input: summarized, predicate: positive(count.column, span) };
  const element = context.column('place', 'dynamic');
  const range = call(
    'range',
    [axis.first ?? reference(first.column), axis.last ?? reference(last.column)],
    'dynamic',
    span,
  );
  const items = [{ column: element, value: range, pairs: false }];
  const expanded: Relation = { kind: 'expand', input: present, items, index: undefined, limit: undefined };
  const place = context.column('place', 'long');
  const placed = { column: place, value: internal('element_long', [reference(element)], 'long', span) };
  const relation: Relation = { kind: 'project', input: expanded, columns: [...groups, placed] };
  return { table: unordered(relation, [...columns.slice(0, keys), place]), place };
}

/** Every place, with the group's values where there are some. */
function beside(spread: { readonly table: Table; readonly place: PlanColumn }, values: Table, keys: number): Relation {
  const pairs = spread.table.columns.map((column, index) => {
    const right = values.columns[index];
    if (right === undefined) throw new Error(`No column ${index} of ${keys}.`);
    return { left: reference(column), right: reference(right) };
  });
  return { kind: 'join', join: 'leftouter', left: spread.table.relation, right: values.relation, on: pairs };
}

/** Without `by` there is no row where there is no input. */
function withRows(relation: Relation, columns: readonly PlanColumn[], span: Span, context: Lowering): Relation {
  if (relation.kind !== 'summarize') throw new Error('Rows of a summarize are wanted.');
  const count = context.column('count', 'long');
  const counted = { column: count, value: aggregate('count', [], [], 'long', span) };
  const input: Relation = { ...relation, aggregates: [...relation.aggregates, counted] };
  const filtered: Relation = { kind: 'filter', input, predicate: positive(count, span) };
  return { kind: 'project', input: filtered, columns: columns.map(passed) };
}

function positive(column: PlanColumn, span: Span): Scalar {
  return operator('>', [reference(column, span), constant(0n, 'long', span)], 'bool', span);
}

function aggregate(
  name: string,
  args: readonly Scalar[],
  order: readonly OrderKey[],
  type: KqlType,
  span: Span,
): AggregateNode {
  return { kind: 'aggregate', name, args, output: 0, order, type, span };
}

function columnAt(table: Table, index: number, span: Span): Scalar {
  const column = table.columns[index];
  if (column === undefined) throw new Error(`No column ${index}.`);
  return reference(column, span);
}
