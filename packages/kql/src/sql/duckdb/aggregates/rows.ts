import { conditional, filter } from '../../common/aggregate-filter.ts';
import { checkMeasured } from '../../common/aggregate-types.ts';
import type { Aggregate, Arg, CallContext } from '../../emit.ts';
import { at, isInteger, once } from '../functions/values.ts';

/** The columns of one row as a struct, so that its nulls come along: DuckDB's aggregates skip bare ones. */
function row(columns: readonly Arg[]): string {
  return `{${columns.map((column, i) => `'c${i}': ${column.sql}`).join(', ')}}`;
}

function field(struct: string, index: number, { type }: Arg): string {
  const value = `(${struct}).c${index}`;
  return type === 'string' ? `coalesce(${value}, '')` : value;
}

/** `arg_max(by, …)`, `arg_min(by, …)`: the extreme itself, then the columns of a row that has it. NaN wins in both
 *  directions; where every `by` is null the columns are those of any row. */
function arg(name: 'arg_max' | 'arg_min'): Aggregate {
  const emit: Aggregate['emit'] = (args, call, predicate) => {
    const by = at(args, 0);
    if (by.type === 'dynamic') return call.refuse(`${call.name} by a dynamic`, 'cast it first');
    const key =
      name === 'arg_min' && by.type === 'real'
        ? `CASE WHEN isnan(${by.sql}) THEN CAST('-inf' AS DOUBLE) ELSE ${by.sql} END`
        : by.sql;
    const where = filter(predicate);
    const struct = row(args);
    const winner = `coalesce(${name}(${struct}, ${key})${where}, first(${struct})${where})`;
    return args.map((column, i) => field(winner, i, column));
  };
  return { emit };
}

/** `take_any(…)`: of one expression any value that is not null, of several those of one row. */
const takeAny: Aggregate = {
  emit(args, call, predicate) {
    const where = filter(predicate);
    const order = call.order === undefined ? '' : ` ORDER BY ${call.order}`;
    const [only, ...more] = args;
    if (only === undefined) return call.refuse(`${call.name} needs an expression`);
    if (more.length === 0) {
      const value = `any_value(${only.sql}${order})${where}`;
      return [only.type === 'string' ? `coalesce(${value}, '')` : value];
    }
    const struct = `first(${row(args)}${order})${where}`;
    return args.map((column, i) => field(struct, i, column));
  },
};

/** A constant percentage as a share of 1. */
export function shareOf(arg: Arg | undefined, call: CallContext): string {
  const constant = arg?.constant;
  const percent = typeof constant === 'bigint' ? Number(constant) : constant;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
    return call.refuse(`${call.name} needs constant percentages from 0 to 100`);
  }
  return String(percent / 100);
}

function percentileOf(value: Arg, share: string, where: string, call: CallContext): string {
  checkMeasured(value, call);
  return `quantile_disc(${value.sql}, ${share})${where}`;
}

/** Nearest rank; the result has the column's type. One column for each percentage. */
const percentiles: Aggregate = {
  emit(args, call, predicate) {
    const value = at(args, 0);
    if (args.length < 2) return call.refuse(`${call.name} needs a percentage`);
    return args.slice(1).map((percent) => percentileOf(value, shareOf(percent, call), filter(predicate), call));
  },
};

/** The shares of percentages that are written one by one or as one array. */
export function sharesOf(args: readonly Arg[], call: CallContext): readonly string[] {
  const given = args[0]?.constant;
  const json = given !== null && typeof given === 'object' ? given.json : undefined;
  return Array.isArray(json)
    ? json.map((percent) => shareOf({ ...at(args, 0), constant: percent }, call))
    : args.map((percent) => shareOf(percent, call));
}

function arrayOf(values: readonly string[], value: Arg, call: CallContext): readonly string[] {
  if (value.type === 'datetime' || value.type === 'timespan') return call.refuse(`${call.name} of a ${value.type}`);
  return [`to_json([${values.join(', ')}])`];
}

const percentilesArray: Aggregate = {
  emit(args, call, predicate) {
    const value = at(args, 0);
    const shares = sharesOf(args.slice(1), call);
    return arrayOf(
      shares.map((share) => percentileOf(value, share, filter(predicate), call)),
      value,
      call,
    );
  },
};

/** Nearest rank where each value counts as often as its weight says: the first value, in order, up to which the weights
 *  reach the share of all weights. */
function weightedPercentile(
  args: readonly Arg[],
  share: string,
  call: CallContext,
  predicate: string | undefined,
): string {
  const [value, weight] = [at(args, 0), at(args, 1)];
  checkMeasured(value, call);
  if (!isInteger(weight.type)) return call.refuse(`${call.name} with weights of ${weight.type}`, 'write tolong(…)');
  const where = filter(predicate, `${value.sql} IS NOT NULL`, `${weight.sql} > 0`);
  const rows = `list({'v': ${value.sql}, 'w': CAST(${weight.sql} AS HUGEINT)} ORDER BY ${value.sql})${where}`;
  return once(rows, '_kql_l', (l) => {
    const goal = `${share} * list_sum(list_transform(${l}, lambda _kql_e: _kql_e.w))`;
    const step = `CASE WHEN _kql_a.w < ${goal} THEN {'v': _kql_e.v, 'w': _kql_a.w + _kql_e.w} ELSE _kql_a END`;
    return once(goal, '_kql_g', (g) => `list_reduce(${l}, lambda _kql_a, _kql_e: ${step.replace(goal, g)}).v`);
  });
}

const weightedPercentiles: Aggregate = {
  emit: (args, call, predicate) =>
    args.slice(2).map((percent) => weightedPercentile(args, shareOf(percent, call), call, predicate)),
};

const weightedPercentilesArray: Aggregate = {
  emit: (args, call, predicate) =>
    arrayOf(
      sharesOf(args.slice(2), call).map((share) => weightedPercentile(args, share, call, predicate)),
      at(args, 0),
      call,
    ),
};

export const rowAggregates: Readonly<Record<string, Aggregate>> = {
  arg_max: arg('arg_max'),
  argmax: arg('arg_max'),
  arg_min: arg('arg_min'),
  argmin: arg('arg_min'),
  take_any: takeAny,
  any: takeAny,
  take_anyif: conditional(takeAny),
  anyif: conditional(takeAny),
  percentile: percentiles,
  percentiles,
  percentiles_array: percentilesArray,
  percentilew: weightedPercentiles,
  percentilesw: weightedPercentiles,
  percentilesw_array: weightedPercentilesArray,
};
