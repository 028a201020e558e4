import { conditional, filter } from '../../common/aggregate-filter.ts';
import { checkMeasured } from '../../common/aggregate-types.ts';
import { at, isInteger, isTicks } from '../../common/arguments.ts';
import type { Aggregate, Arg, CallContext } from '../../emit.ts';
import { arrayOf, jsonValue } from '../functions/json.ts';
import { once } from '../functions/values.ts';

/** The value of a chosen row, in a tuple so that its null comes along: aggregates skip bare ones. Every such aggregate
 *  of a query meets the rows in one order and chooses the same. Of no row it is null, or `''`. */
function chosen(aggregate: (tuple: string) => string, { sql, type }: Arg, where: string): string {
  const value = `(${aggregate(`tuple(${sql})`)}).1`;
  return type === 'string' ? value : `if(count(*)${where} = 0, NULL, ${value})`;
}

/** A rank that puts NaN in front, `NULL` behind everything, so that one comparison finds the row. */
function rank(by: Arg, name: 'arg_max' | 'arg_min'): string {
  if (by.type === 'real') {
    const [nan, other] = name === 'arg_max' ? [1, 0] : [0, 1];
    return `tuple(if(isNaN(${by.sql}), ${nan}, ${other}), ifNull(${by.sql}, 0))`;
  }
  return by.nullable ? `assumeNotNull(${by.sql})` : by.sql;
}

/** `arg_max(by, …)`, `arg_min(by, …)`: the extreme itself, then the columns of a row that has it. NaN wins in both
 *  directions; where every `by` is null the columns are those of any row. */
function arg(name: 'arg_max' | 'arg_min'): Aggregate {
  const emit: Aggregate['emit'] = (args, call, predicate) => {
    const by = at(args, 0);
    if (by.type === 'dynamic') return call.refuse(`${call.name} by a dynamic`, 'cast it first');
    const all = filter(predicate);
    const known = filter(predicate, by.nullable ? `isNotNull(${by.sql})` : undefined);
    const winner = (tuple: string) =>
      `${name === 'arg_max' ? 'argMax' : 'argMin'}(${tuple}, ${rank(by, name)})${known}`;
    const one = (tuple: string) =>
      by.nullable ? `if(count(*)${known} > 0, ${winner(tuple)}, any(${tuple})${all})` : winner(tuple);
    return args.map((column) => chosen(one, column, all));
  };
  return { emit };
}

/** `take_any(…)`: of one expression any value that is not null, of several those of one row. */
const takeAny: Aggregate = {
  emit(args, call, predicate) {
    const where = filter(predicate);
    const [only, ...more] = args;
    if (only === undefined) return call.refuse(`${call.name} needs an expression`);
    if (more.length === 0) {
      return [only.type === 'string' ? `any(${only.sql})${where}` : `anyOrNull(${only.sql})${where}`];
    }
    return args.map((column) => chosen((tuple) => `any(${tuple})${where}`, column, where));
  },
};

function percentOf(arg: Arg | undefined, call: CallContext): number {
  const constant = arg?.constant;
  const percent = typeof constant === 'bigint' ? Number(constant) : constant;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
    return call.refuse(`${call.name} needs constant percentages from 0 to 100`);
  }
  return percent;
}

/** Nearest rank; ClickHouse's own quantiles choose other rows. */
function percentileOf(value: Arg, percent: number, where: string, call: CallContext): string {
  checkMeasured(value, call);
  const sorted = `arraySort(groupArray(${value.sql})${where})`;
  return once(sorted, '_kql_l', (l) => {
    const place = `greatest(1, toUInt64(ceil(${percent} * length(${l}) / 100)))`;
    return `if(empty(${l}), NULL, ${l}[${place}])`;
  });
}

/** The result has the column's type. One column for each percentage. */
const percentiles: Aggregate = {
  emit(args, call, predicate) {
    const value = at(args, 0);
    if (args.length < 2) return call.refuse(`${call.name} needs a percentage`);
    return args.slice(1).map((percent) => percentileOf(value, percentOf(percent, call), filter(predicate), call));
  },
};

/** Percentages that are written one by one or as one array. */
function percentsOf(args: readonly Arg[], call: CallContext): readonly number[] {
  const given = args[0]?.constant;
  const json = given !== null && typeof given === 'object' ? given.json : undefined;
  return Array.isArray(json)
    ? json.map((percent) => percentOf({ ...at(args, 0), constant: percent }, call))
    : args.map((percent) => percentOf(percent, call));
}

function arrayOfNumbers(values: readonly string[], value: Arg, call: CallContext): readonly string[] {
  if (isTicks(value.type)) return call.refuse(`${call.name} of a ${value.type}`);
  const json = values.map((sql) => jsonValue({ sql, type: value.type, nullable: true, span: value.span }));
  return [arrayOf(`[${json.join(', ')}]`)];
}

const percentilesArray: Aggregate = {
  emit(args, call, predicate) {
    const value = at(args, 0);
    const percents = percentsOf(args.slice(1), call);
    const values = percents.map((percent) => percentileOf(value, percent, filter(predicate), call));
    return arrayOfNumbers(values, value, call);
  },
};

/** Nearest rank where each value counts as often as its weight says: the first value, in order, up to which the weights
 *  reach the share of all weights. */
function weightedPercentile(args: readonly Arg[], percent: number, call: CallContext, predicate?: string): string {
  const [value, weight] = [at(args, 0), at(args, 1)];
  checkMeasured(value, call);
  if (!isInteger(weight.type)) return call.refuse(`${call.name} with weights of ${weight.type}`, 'write tolong(…)');
  const where = filter(predicate, `isNotNull(${value.sql})`, `${weight.sql} > 0`);
  const rows = `arraySort(groupArray((assumeNotNull(${value.sql}), toInt128(assumeNotNull(${weight.sql}))))${where})`;
  return once(rows, '_kql_l', (l) => {
    const reached = once(
      `arrayCumSum(${l}.2)`,
      '_kql_c',
      (c) => `arrayFirstIndex(_kql_w -> toFloat64(_kql_w) * 100 >= ${percent} * toFloat64(${c}[-1]), ${c})`,
    );
    return `if(empty(${l}), NULL, ${l}[greatest(1, ${reached})].1)`;
  });
}

const weightedPercentiles: Aggregate = {
  emit: (args, call, predicate) =>
    args.slice(2).map((percent) => weightedPercentile(args, percentOf(percent, call), call, predicate)),
};

const weightedPercentilesArray: Aggregate = {
  emit: (args, call, predicate) =>
    arrayOfNumbers(
      percentsOf(args.slice(2), call).map((percent) => weightedPercentile(args, percent, call, predicate)),
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
