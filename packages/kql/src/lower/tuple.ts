import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Defined } from '../plan/relation.ts';
import type { Scalar } from '../plan/scalar.ts';
import type { KqlType } from '../types.ts';
import { argumentsOf } from './arguments.ts';
import { type Lowering, refuse, type Scope, short } from './context.ts';
import { call, constant, internal, operator } from './scalar-operator.ts';

type Part = readonly [key: string | number, type: KqlType];

/** A function that gives several columns: the function that gives the same as a bag, and the bag's keys, or the
 *  places of an array, in the order of the columns. */
interface Tuple {
  readonly bag: string;
  readonly parts: readonly Part[];
}

const tuples: Readonly<Record<string, Tuple>> = {
  series_stats: {
    bag: 'series_stats_dynamic',
    parts: [
      ['min', 'real'],
      ['min_idx', 'long'],
      ['max', 'real'],
      ['max_idx', 'long'],
      ['avg', 'real'],
      ['stdev', 'real'],
      ['variance', 'real'],
    ],
  },
  series_fit_line: {
    bag: 'series_fit_line_dynamic',
    parts: [
      ['rsquare', 'real'],
      ['slope', 'real'],
      ['variance', 'real'],
      ['rvariance', 'real'],
      ['interception', 'real'],
      ['line_fit', 'dynamic'],
    ],
  },
  series_decompose: {
    bag: 'series_decompose',
    parts: [
      ['baseline', 'dynamic'],
      ['seasonal', 'dynamic'],
      ['trend', 'dynamic'],
      ['residual', 'dynamic'],
    ],
  },
  series_decompose_anomalies: {
    bag: 'series_decompose_anomalies',
    parts: [
      ['ad_flag', 'dynamic'],
      ['ad_score', 'dynamic'],
      ['baseline', 'dynamic'],
    ],
  },
  // The binder has the columns of series_decompose, the engine the forecast alone.
  series_decompose_forecast: { bag: 'series_decompose_forecast', parts: [['baseline', 'dynamic']] },
};

/** How many columns the binder sees in an expression, and how many of them the engine makes. */
export function widthOf(value: Bound): { readonly seen: number; readonly made: number } {
  if (value.columns === undefined) return { seen: 1, made: 1 };
  return { seen: value.columns.length, made: tupleOf(value).parts.length };
}

function tupleOf(value: Bound): Tuple {
  const name = value.kind === 'FunctionCallExpression' ? nameOf(need(value, 'Name')) : '';
  // Its columns are the elements of one array.
  if (/^array_sort_(asc|desc)$/.test(name)) {
    return { bag: name, parts: (value.columns ?? []).map((_, place): Part => [place, 'dynamic']) };
  }
  const found = Object.hasOwn(tuples, name) ? tuples[name] : undefined;
  if (found !== undefined) return found;
  const what = name === '' ? `\`${short(value.text)}\`` : `The function \`${name}\``;
  const advice = name.startsWith('series_') ? 'Compare groups: `summarize … by bin(Timestamp, step)`.' : undefined;
  return refuse(value.span, 'WK001', `${what} gives several columns, which is not supported here.`, advice);
}

/** The columns of such a function under these names, which may be fewer than it has. */
export function defineTuple(
  value: Bound,
  names: readonly string[],
  scope: Scope,
  context: Lowering,
): readonly Defined[] {
  const { bag, parts } = tupleOf(value);
  const args = argumentsOf(value).map((arg) => context.scalar(arg, scope));
  const computed = call(bag, args, 'dynamic', value.span);
  const whole = scope.keep?.(computed) ?? computed;
  return names.map((name, index) => {
    const [key, type] = parts[index] ?? refuse(value.span, 'WK001', `There is no column for \`${name}\`.`);
    return { column: context.column(name, type), value: partOf(whole, key, type) };
  });
}

function partOf(bag: Scalar, key: string | number, type: KqlType): Scalar {
  const part =
    typeof key === 'number'
      ? operator('[]', [bag, constant(BigInt(key), 'long', bag.span)], 'dynamic', bag.span)
      : operator('.', [bag, constant(key, 'string', bag.span)], 'dynamic', bag.span);
  if (type === 'dynamic') return part;
  return internal(type === 'real' ? 'series_real' : 'element_long', [part], type, bag.span);
}
