import { conditional, filter, single, type Where } from '../../common/aggregate-filter.ts';
import { summed } from '../../common/aggregate-types.ts';
import { bitsOf } from '../../common/arguments.ts';
import type { Aggregate } from '../../emit.ts';
import { decimalQuotient } from '../functions/decimal.ts';
import { at, double, isInteger, isTicks, never, wrapped64 } from '../functions/values.ts';

/** `count(x)` counts rows, nulls included, exactly like `count()`. */
const count: Aggregate = { emit: (_args, _call, predicate) => [`count(*)${filter(predicate)}`], nullable: never };

/** The sum in 64 bits, wrapping as Kusto's `long` does. */
function wholeSum(value: string, where: Where): string {
  return wrapped64(`sum(${value})${where()}`);
}

const sum = single((args, where, call) => {
  const value = at(args, 0);
  summed(value, call);
  if (isInteger(value.type) || isTicks(value.type)) return `coalesce(${wholeSum(value.sql, where)}, 0)`;
  return `coalesce(sum(${value.sql})${where()}, 0)`;
}, never);

/** Of nothing the average is NaN; of timespans, datetimes and decimals it is null. */
const avg = single(
  (args, where, call) => {
    const value = at(args, 0);
    summed(value, call);
    const counted = `count(${value.sql})${where()}`;
    if (value.type === 'decimal') {
      const held = 'DECIMAL(38, 18)';
      return decimalQuotient(`CAST(sum(${value.sql})${where()} AS ${held})`, `CAST(nullif(${counted}, 0) AS ${held})`);
    }
    if (isTicks(value.type)) return `CAST(sum(${value.sql})${where()} // ${counted} AS BIGINT)`;
    const mean = isInteger(value.type)
      ? `CAST(${wholeSum(value.sql, where)} AS DOUBLE) / ${counted}`
      : `avg(${double(value)})${where()}`;
    return `coalesce(${mean}, CAST('nan' AS DOUBLE))`;
  },
  (args) => isTicks(at(args, 0).type) || at(args, 0).type === 'decimal',
);

/** NaN wins over every number in both directions; DuckDB orders it last. */
function extreme(name: 'min' | 'max'): Aggregate {
  return single((args, where, call) => {
    const value = at(args, 0);
    if (value.type === 'dynamic') return call.refuse(`${name} of a dynamic`, 'cast it first');
    const plain = `${name}(${value.sql})${where()}`;
    if (value.type === 'string') return `coalesce(${plain}, '')`;
    if (value.type !== 'real' || name === 'max') return plain;
    return `CASE WHEN bool_or(isnan(${value.sql}))${where()} THEN CAST('nan' AS DOUBLE) ELSE ${plain} END`;
  });
}

/** Kusto estimates by HyperLogLog, exact for small sets; this is exact throughout, whatever accuracy is asked for. */
const distinct = single((args, where) => `count(DISTINCT ${at(args, 0).sql})${where()}`, never);

/** DuckDB stops at NaN and infinities, of which a spread is NaN. */
function finite(test: string, where: Where, spreadOf: (within: string) => string): string {
  return `CASE WHEN bool_or(NOT ${test})${where()} THEN CAST('nan' AS DOUBLE) ELSE coalesce(${spreadOf(where(test))}, 0) END`;
}

/** Spread of a sample or of a population; of no row and of one it is 0. */
function spread(sqlFunction: string): Aggregate {
  return single((args, where, call) => {
    summed(at(args, 0), call);
    const value = double(at(args, 0));
    if (at(args, 0).type !== 'real') return `coalesce(${sqlFunction}(${value})${where()}, 0)`;
    return finite(`isfinite(${value})`, where, (within) => `${sqlFunction}(${value})${within}`);
  }, never);
}

function covariance(sqlFunction: string): Aggregate {
  return single((args, where) => {
    const [x, y] = [double(at(args, 0)), double(at(args, 1))];
    return finite(`(isfinite(${x}) AND isfinite(${y}))`, where, (within) => `${sqlFunction}(${x}, ${y})${within}`);
  }, never);
}

function bits(sqlFunction: string): Aggregate {
  return single((args, where, call) => `${sqlFunction}(${bitsOf(args, call)})${where()}`);
}

/** Each with its `…if` form. */
const pairs: Readonly<Record<string, Aggregate>> = {
  count,
  sum,
  avg,
  min: extreme('min'),
  max: extreme('max'),
  count_distinct: distinct,
  stdev: spread('stddev_samp'),
  stdevp: spread('stddev_pop'),
  variance: spread('var_samp'),
  variancep: spread('var_pop'),
  covariance: covariance('covar_samp'),
  covariancep: covariance('covar_pop'),
};

export const basicAggregates: Readonly<Record<string, Aggregate>> = {
  ...pairs,
  ...Object.fromEntries(Object.entries(pairs).map(([name, aggregate]) => [`${name}if`, conditional(aggregate)])),
  dcount: distinct,
  dcountif: conditional(distinct, 1),
  binary_all_and: bits('bit_and'),
  binary_all_or: bits('bit_or'),
  binary_all_xor: bits('bit_xor'),
};
