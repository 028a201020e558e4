import type { Aggregate, Arg, CallContext } from '../../emit.ts';
import { at, double, isTicks, never } from '../functions/values.ts';
import { filter } from './filter.ts';

type Body = (value: Arg, where: (...more: (string | undefined)[]) => string, call: CallContext) => string;

/** An aggregate of one value. */
function of(body: Body, nullable?: Aggregate['nullable']): Aggregate {
  const emit: Aggregate['emit'] = (args, call, predicate) => [
    body(at(args, 0), (...more) => filter(predicate, ...more), call),
  ];
  return nullable === undefined ? { emit } : { emit, nullable };
}

/** The `…if` form: the last argument is the condition, null counting as false. */
export function conditional({ emit, nullable }: Aggregate): Aggregate {
  const withCondition: Aggregate['emit'] = (args, call, predicate) => {
    const condition = `(${at(args, args.length - 1).sql})`;
    return emit(args.slice(0, -1), call, predicate === undefined ? condition : `${condition} AND (${predicate})`);
  };
  return nullable === undefined
    ? { emit: withCondition }
    : { emit: withCondition, nullable: (args, index) => nullable(args.slice(0, -1), index) };
}

/** `count(x)` counts rows, nulls included, exactly like `count()`. */
const count: Aggregate = { emit: (_args, _call, predicate) => [`count(*)${filter(predicate)}`], nullable: never };

const sum = of((value, where, call) => {
  const cast = call.type === 'real' ? 'DOUBLE' : call.type === 'decimal' ? 'DECIMAL(38, 9)' : 'BIGINT';
  return `coalesce(CAST(sum(${value.sql})${where()} AS ${cast}), 0)`;
}, never);

/** Of nothing the average is NaN, not null; of ticks it is ticks, toward zero. */
const avg = of((value, where, call) => {
  if (isTicks(value.type)) return `CAST(sum(${value.sql})${where()} // count(${value.sql})${where()} AS BIGINT)`;
  if (call.type === 'decimal') return `avg(${value.sql})${where()}`;
  return `coalesce(avg(${double(value)})${where()}, CAST('nan' AS DOUBLE))`;
});

/** NaN wins over every number in both directions; DuckDB orders it last. */
const extreme = (name: 'min' | 'max') =>
  of((value, where) => {
    const plain = `${name}(${value.sql})${where()}`;
    if (value.type === 'string') return `coalesce(${plain}, '')`;
    if (value.type !== 'real' || name === 'max') return plain;
    return `CASE WHEN bool_or(isnan(${value.sql}))${where()} THEN CAST('nan' AS DOUBLE) ELSE ${plain} END`;
  });

/** Kusto estimates by HyperLogLog, exact for small sets; this is exact throughout. The accuracy is ignored. */
const distinct = of((value, where) => `count(DISTINCT ${value.sql})${where()}`, never);

export const basicAggregates: Readonly<Record<string, Aggregate>> = {
  count,
  countif: conditional(count),
  sum,
  sumif: conditional(sum),
  avg,
  avgif: conditional(avg),
  min: extreme('min'),
  minif: conditional(extreme('min')),
  max: extreme('max'),
  maxif: conditional(extreme('max')),
  dcount: distinct,
  dcountif: {
    ...conditional(distinct),
    emit: (args, call, predicate) => conditional(distinct).emit(args.slice(0, 2), call, predicate),
  },
  count_distinct: distinct,
  count_distinctif: conditional(distinct),
};
