import type { Bound } from '../../parse/tree.ts';
import type { Relation } from '../../plan/relation.ts';
import type { AggregateNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { Constant, KqlType, Span } from '../../types.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { constant, call as function_, internal, operator } from '../scalar-operator.ts';
import { reference, type Table, unordered } from '../table.ts';
import { columnOf, constantOf } from './arguments.ts';

/** What the plug-ins over a timeline are given: `(Id, Time, Start, End, sizes…, dimensions…)`. */
export interface Timeline {
  readonly id: PlanColumn;
  readonly time: PlanColumn;
  readonly start: Scalar;
  readonly end: Scalar;
  /** Constants: timespans as ticks, or whole numbers. */
  readonly sizes: readonly bigint[];
  readonly dimensions: readonly PlanColumn[];
}

/** `sizes` are read of the `given` arguments between the end and the dimensions. */
export function timelineOf(
  call: Bound,
  sizes: number,
  given: number,
  input: Table,
  env: Env,
  context: Lowering,
): Timeline {
  const args = argumentsOf(call);
  const time = columnOf(args[1], call, input);
  const [from, to] = args.slice(2, 4);
  if (from === undefined || to === undefined) return refuse(call.span, 'WK001', 'The start and the end are wanted.');
  const bound = (node: Bound): Scalar => {
    const value = context.scalar(node, { env, columns: new Map() });
    if (value.type === time.type) return value;
    return refuse(node.span, 'WK002', `\`${short(node.text)}\` is not of the timeline's type, ${time.type}.`);
  };
  return {
    id: columnOf(args[0], call, input),
    time,
    start: bound(from),
    end: bound(to),
    sizes: args.slice(4, 4 + sizes).map((node) => sizeOf(node, time, env, context)),
    dimensions: args.slice(4 + given).map((node) => columnOf(node, call, input)),
  };
}

/** The size of a window over the column: a timespan over datetimes, a whole number over longs. */
export function sizeOf(node: Bound, time: PlanColumn, env: Env, context: Lowering): bigint {
  if (time.type !== 'datetime' && time.type !== 'long') {
    return refuse(node.span, 'WK001', `A timeline of type ${time.type} is not supported.`);
  }
  const value: Constant = constantOf(node, env, context);
  const fits = node.type === (time.type === 'datetime' ? 'timespan' : 'long');
  if (fits && typeof value === 'bigint' && value > 0n) return value;
  return refuse(node.span, 'WK001', `\`${short(node.text)}\` is not a size of windows that Weir counts in.`);
}

export function size(time: PlanColumn, value: bigint, span: Span): Scalar {
  return constant(value, time.type === 'datetime' ? 'timespan' : 'long', span);
}

/** The bin of a time, counted from the start. */
export function binOf({ time, start }: Timeline, value: bigint, span: Span): Scalar {
  return function_('bin_at', [reference(time), size(time, value, span), start], time.type, span);
}

export function both(left: Scalar, right: Scalar): Scalar {
  return operator('and', [left, right], 'bool', left.span);
}

export function either(left: Scalar, right: Scalar): Scalar {
  return operator('or', [left, right], 'bool', left.span);
}

export function compared(left: Scalar, name: '<' | '<=' | '>' | '>=', right: Scalar): Scalar {
  return operator(name, [left, right], 'bool', left.span);
}

/** The rows that meet a condition; a row of which it is not documented stops the query. Where neither can be said, as
 *  of a null time, the row is left out. */
export function certainly(input: Table, condition: Scalar, known: Scalar): Table {
  const { span } = condition;
  const sure = either(known, function_('isnull', [known], 'bool', span));
  const predicate = internal('certain', [condition, sure], 'bool', span);
  return { ...input, relation: { kind: 'filter', input: input.relation, predicate } };
}

/** Each row with the numbers from 0 up to a count. */
export function times(input: Table, count: bigint, context: Lowering, span: Span): [Table, PlanColumn] {
  const column = context.column('step', 'long');
  const number = (value: bigint): Scalar => constant(value, 'long', span);
  const range: Relation = { kind: 'range', column, from: number(0n), to: number(count - 1n), step: number(1n) };
  const on = [{ left: number(1n), right: number(1n) }];
  const relation: Relation = { kind: 'join', join: 'inner', left: input.relation, right: range, on };
  return [unordered(relation, [...input.columns, column]), column];
}

/** A time so many steps later. */
export function later(time: PlanColumn, steps: Scalar, value: bigint, span: Span): Scalar {
  const distance = operator('*', [steps, size(time, value, span)], size(time, value, span).type, span);
  return operator('+', [reference(time), distance], time.type, span);
}

export function aggregate(name: string, args: readonly Scalar[], type: KqlType, span: Span): AggregateNode {
  return { kind: 'aggregate', name, args, output: 0, order: [], type, span };
}
