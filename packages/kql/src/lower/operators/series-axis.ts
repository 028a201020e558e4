import { type Bound, need } from '../../parse/tree.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { KqlType, Span } from '../../types.ts';
import { type Lowering, refuse, type Scope } from '../context.ts';
import { split } from '../named.ts';
import { call, constant, operator } from '../scalar-operator.ts';

/** The axis of a `make-series`. Places are whole numbers: steps from `from`, or from the axis' zero without it. */
export interface Axis {
  /** Is the row within the bounds? */
  readonly inside: Scalar;
  /** The row's place. */
  readonly place: Scalar;
  /** The first and the last place where the query says them; otherwise they are those of each group's rows. */
  readonly first: Scalar | undefined;
  readonly last: Scalar | undefined;
  /** The axis' value at a place. */
  value(place: Scalar): Scalar;
}

/** The bounds as the query writes them. */
interface Bounds {
  readonly from: Scalar | undefined;
  readonly to: Scalar | undefined;
  readonly step: Scalar;
}

/** `on x from a to b step s`: bins as of `bin_at(x, s, a)`, of `bin(x, s)` without `from`; the end is outside. In the
 *  older `on x in range(a, b, s)` bins are those of `bin(x, s)`, and the end is inside. */
export function axisOf(node: Bound, scope: Scope, context: Lowering): Axis {
  const { value: expression } = split(need(need(node, 'OnClause'), 'Expression'));
  const row = context.scalar(expression, scope);
  const outside: Scope = { env: scope.env, columns: new Map() };
  const range = need(node, 'RangeClause');
  const bound = (name: string): Scalar | undefined => {
    const clause = range.child(name);
    return clause === undefined ? undefined : context.scalar(need(clause, 'Expression'), outside);
  };
  if (range.kind === 'MakeSeriesInRangeClause') {
    const [from, to, step] = need(range, 'Arguments')
      .list('Expressions')
      .map((item) => context.scalar(split(item).value, outside));
    if (from === undefined || to === undefined || step === undefined) {
      return refuse(range.span, 'WK001', '`in range(…)` needs a start, an end and a step.');
    }
    return closedAxis(row, { from, to, step }, range.span);
  }
  const step = bound('MakeSeriesStepClause');
  if (step === undefined) return refuse(range.span, 'WK001', '`make-series` needs a `step`.', 'Write `step 1d`.');
  return openAxis(row, { from: bound('MakeSeriesFromClause'), to: bound('MakeSeriesToClause'), step }, range.span);
}

function openAxis(row: Scalar, { from, to, step }: Bounds, span: Span): Axis {
  const scale = scaleOf(row, { from, to, step }, span);
  const [x, a, b] = [scale.number(row), from && scale.number(from), to && scale.number(to)];
  const away = (value: Scalar): Scalar => (a === undefined ? value : minus(value, a));
  const inside = [
    call('isnotnull', [row], 'bool', span),
    ...(from === undefined ? [] : [operator('>=', [row, from], 'bool', span)]),
    ...(to === undefined ? [] : [operator('<', [row, to], 'bool', span)]),
  ];
  return {
    inside: inside.reduce((left, right) => operator('and', [left, right], 'bool', span)),
    place: scale.floor(away(x)),
    first: a === undefined ? undefined : constant(0n, 'long', span),
    last: b === undefined ? undefined : scale.before(away(b)),
    value: (place) => scale.value(place, from),
  };
}

function closedAxis(row: Scalar, bounds: Bounds & { readonly from: Scalar; readonly to: Scalar }, span: Span): Axis {
  const { from, to } = bounds;
  const scale = scaleOf(row, bounds, span);
  const inside = operator(
    'and',
    [operator('>=', [row, from], 'bool', span), operator('<=', [row, to], 'bool', span)],
    'bool',
    span,
  );
  return {
    inside,
    place: scale.floor(scale.number(row)),
    first: scale.floor(scale.number(from)),
    last: scale.floor(scale.number(to)),
    value: (place) => scale.value(place, undefined),
  };
}

function minus(left: Scalar, right: Scalar): Scalar {
  return operator('-', [left, right], left.type, left.span);
}

/** Steps counted over one type of axis. */
interface Scale {
  /** A value of the axis as the number that steps are counted in: ticks, whole numbers or reals. */
  number(value: Scalar): Scalar;
  /** How many whole steps a distance holds, toward minus infinity. */
  floor(distance: Scalar): Scalar;
  /** The last place in front of a distance. */
  before(distance: Scalar): Scalar;
  /** The axis' value so many steps from `from`, or from zero. */
  value(place: Scalar, from: Scalar | undefined): Scalar;
}

function scaleOf(row: Scalar, bounds: Bounds, span: Span): Scale {
  const { step } = bounds;
  const given = [bounds.from, bounds.to, step].filter((value) => value !== undefined);
  if (step.kind === 'constant' && !(Number(step.value) > 0)) {
    return refuse(step.span, 'WK002', 'The step of `make-series` must be positive.');
  }
  const type = row.type;
  if (type === 'real') return realScale(bounds, span);
  const isTime = type === 'datetime' || type === 'timespan';
  const whole = (value: Scalar): boolean => value.type === 'long' || value.type === 'int';
  if (!isTime && !whole(row)) {
    return refuse(row.span, 'WK001', `\`make-series\` over an axis of type ${type} is not supported.`);
  }
  for (const value of given) {
    const fits = isTime ? value.type === (value === step ? 'timespan' : type) : whole(value);
    if (!fits) return mismatch(value, type);
  }
  return wholeScale(isTime ? type : 'long', step, span);
}

function mismatch(value: Scalar, axis: KqlType): never {
  const message = `A ${value.type} does not fit an axis of type ${axis}.`;
  return refuse(value.span, 'WK002', message, `Write a value of the axis' type.`);
}

function wholeScale(type: 'long' | 'datetime' | 'timespan', step: Scalar, span: Span): Scale {
  const number = (value: Scalar): Scalar =>
    value.type === 'long' || value.type === 'int' ? value : call('tolong', [value], 'long', span);
  const size = number(step);
  const floor = (distance: Scalar): Scalar =>
    operator('/', [call('bin', [distance, size], 'long', span), size], 'long', span);
  return {
    number,
    floor,
    before: (distance) => floor(minus(distance, constant(1n, 'long', span))),
    value: (place, from) => {
      const steps = operator('*', [place, step], type === 'long' ? 'long' : 'timespan', span);
      if (from !== undefined) return operator('+', [from, steps], type, span);
      if (type !== 'datetime') return steps;
      return call('todatetime', [operator('*', [place, size], 'long', span)], 'datetime', span);
    },
  };
}

/** Reals whose steps are exact: otherwise the bin of a value near a border, and the number of bins, would be chance. */
function realScale({ from, to, step }: Bounds, span: Span): Scale {
  const [a, b, size] = [from, to, step].map((value) => value && exactReal(value, value === to));
  if (size === undefined) throw new Error('A step is wanted.');
  const start = a;
  const one = constant(1, 'real', span);
  const floor = (distance: Scalar): Scalar => {
    const steps = call('bin', [operator('/', [distance, size], 'real', span), one], 'real', span);
    return call('tolong', [steps], 'long', span);
  };
  return {
    number: (value) => (value === from ? (start ?? value) : value === to ? (b ?? value) : value),
    floor,
    before: (distance) => {
      const steps = call('ceiling', [operator('/', [distance, size], 'real', span)], 'real', span);
      return minus(call('tolong', [steps], 'long', span), constant(1n, 'long', span));
    },
    value: (place, origin) => {
      const steps = operator('*', [call('todouble', [place], 'real', span), size], 'real', span);
      return origin === undefined || start === undefined ? steps : operator('+', [start, steps], 'real', span);
    },
  };
}

/** A constant as a real; the start and the step must be whole multiples of 2^-20. */
function exactReal(value: Scalar, isEnd: boolean): Scalar {
  if (value.kind === 'constant' && (typeof value.value === 'bigint' || typeof value.value === 'number')) {
    const number = Number(value.value);
    if (isEnd || (Number.isSafeInteger(number * 2 ** 20) && Number.isSafeInteger(number))) {
      return constant(number, 'real', value.span);
    }
    if (Number.isSafeInteger(number * 2 ** 20)) return constant(number, 'real', value.span);
  }
  const message = 'Steps over reals are supported where start and step are constants that are exact in binary.';
  return refuse(value.span, 'WK002', message, 'Count in whole numbers: `extend n = tolong(x * 100)`.');
}
