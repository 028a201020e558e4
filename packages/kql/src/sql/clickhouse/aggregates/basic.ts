import { conditional, filter, single } from '../../common/aggregate-filter.ts';
import { summed } from '../../common/aggregate-types.ts';
import { at, bitsOf, isInteger, isTicks, never } from '../../common/arguments.ts';
import type { Aggregate } from '../../emit.ts';
import { double } from '../functions/values.ts';

/** `count(x)` counts rows, nulls included, exactly like `count()`. */
const count: Aggregate = {
  emit: (_args, _call, predicate) => [`toInt64(count(*)${filter(predicate)})`],
  nullable: never,
};

/** Whole numbers wrap as Kusto's `long` does. */
const sum = single((args, where, call) => {
  const value = at(args, 0);
  summed(value, call);
  return `ifNull(sum(${value.sql})${where()}, 0)`;
}, never);

/** Of nothing the average is NaN; of timespans and datetimes it is null. */
const avg = single(
  (args, where, call) => {
    const value = at(args, 0);
    summed(value, call);
    if (value.type === 'decimal') return call.refuse('avg of a decimal', 'cast it first: toreal(…)');
    const counted = `count(${value.sql})${where()}`;
    if (isTicks(value.type)) return `intDivOrNull(sum(${value.sql})${where()}, toInt64(${counted}))`;
    if (isInteger(value.type)) return `(toFloat64(ifNull(sum(${value.sql})${where()}, 0)) / ${counted})`;
    return `ifNull(avg(${double(value)})${where()}, nan)`;
  },
  (args) => isTicks(at(args, 0).type),
);

/** NaN wins over every number in both directions; ClickHouse passes over it. */
function extreme(name: 'min' | 'max'): Aggregate {
  return single((args, where, call) => {
    const value = at(args, 0);
    if (value.type === 'dynamic') return call.refuse(`${name} of a dynamic`, 'cast it first');
    if (value.type === 'string') return `${name}(${value.sql})${where()}`;
    const plain = `${name}OrNull(${value.sql})${where()}`;
    return value.type === 'real' ? `if(count(*)${where(`isNaN(${value.sql})`)} > 0, nan, ${plain})` : plain;
  });
}

/** Kusto estimates by HyperLogLog, exact for small sets; this is exact throughout, whatever accuracy is asked for. */
const distinct = single((args, where) => `toInt64(uniqExact(${at(args, 0).sql})${where()})`, never);

/** A spread of NaN or infinities is NaN. Spread of a sample or of a population; of no row and of one it is 0. */
function spread(name: string): Aggregate {
  return single((args, where, call) => {
    summed(at(args, 0), call);
    const value = double(at(args, 0));
    return `if(count(${value})${where()} < 2, ${ofFew(`sum(${value})${where()}`)}, ifNull(${name}(${value})${where()}, 0))`;
  }, never);
}

/** 0, or NaN where the one value is not finite. */
function ofFew(total: string): string {
  return `if(isFinite(ifNull(${total}, 0)), 0, nan)`;
}

function covariance(name: string): Aggregate {
  return single((args, where) => {
    const [x, y] = [double(at(args, 0)), double(at(args, 1))];
    const both = `isNotNull(${x}) AND isNotNull(${y})`;
    return `if(count(*)${where(both)} < 2, ${ofFew(`sum(${x} + ${y})${where()}`)}, ifNull(${name}(${x}, ${y})${where(both)}, 0))`;
  }, never);
}

function bits(name: string): Aggregate {
  return single((args, where, call) => `${name}OrNull(${bitsOf(args, call)})${where()}`);
}

/** Each with its `…if` form. */
const pairs: Readonly<Record<string, Aggregate>> = {
  count,
  sum,
  avg,
  min: extreme('min'),
  max: extreme('max'),
  count_distinct: distinct,
  stdev: spread('stddevSampStable'),
  stdevp: spread('stddevPopStable'),
  variance: spread('varSampStable'),
  variancep: spread('varPopStable'),
  covariance: covariance('covarSampStable'),
  covariancep: covariance('covarPopStable'),
};

export const basicAggregates: Readonly<Record<string, Aggregate>> = {
  ...pairs,
  ...Object.fromEntries(Object.entries(pairs).map(([name, aggregate]) => [`${name}if`, conditional(aggregate)])),
  dcount: distinct,
  dcountif: conditional(distinct, 1),
  binary_all_and: bits('groupBitAnd'),
  binary_all_or: bits('groupBitOr'),
  binary_all_xor: bits('groupBitXor'),
};
