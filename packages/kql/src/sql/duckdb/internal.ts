import { gatherIds } from '../../plan/internal.ts';
import { at } from '../common/arguments.ts';
import { sweepFunctions } from '../common/sweep.ts';
import type { Aggregate, Arg, ScalarFunction } from '../emit.ts';
import { real } from './functions/series.ts';
import { dcountIntersect } from './functions/sketches.ts';

function only(args: readonly Arg[]): string {
  const [arg] = args;
  if (arg === undefined) throw new Error('An internal function takes one argument.');
  return arg.sql;
}

/** A JSON number as an integer type, truncated toward zero; all else is null. */
function whole(type: string, from: string, to: string): ScalarFunction {
  return {
    emit: (args) => {
      const value = only(args);
      const number = `CAST(${value} AS DOUBLE)`;
      return (
        `CASE json_type(${value}) WHEN 'BIGINT' THEN TRY_CAST(CAST(${value} AS BIGINT) AS ${type}) ` +
        `WHEN 'UBIGINT' THEN TRY_CAST(CAST(${value} AS UBIGINT) AS ${type}) ` +
        `WHEN 'DOUBLE' THEN CASE WHEN ${number} > ${from} AND ${number} < ${to} THEN CAST(trunc(${number}) AS ${type}) END END`
      );
    },
  };
}

/** Weir's own helpers. Elements of `mv-expand … to typeof(T)`: numbers of JSON convert, text is not parsed (kql.md 1.11). */
export const internal: Readonly<Record<string, ScalarFunction>> = {
  // Lists of VARCHAR, of time/lineage.ts.
  ids_none: { emit: () => 'CAST([] AS VARCHAR[])', nullable: () => false },
  ids_of: { emit: (args) => `[${only(args)}]`, nullable: () => false },
  ids_both: {
    emit: (args) =>
      `list_distinct(list_concat(${args.map(({ sql }) => `coalesce(${sql}, CAST([] AS VARCHAR[]))`).join(', ')}))`,
    nullable: () => false,
  },
  ids_any: { emit: (args) => `(len(${only(args)}) > 0)` },
  ids_one: { emit: (args) => `${only(args)}[1]`, nullable: () => false },
  ...sweepFunctions({
    quotient: (dividend, divisor) => `(${dividend} // ${divisor})`,
    hash: (value) => `CAST(hash(${value}) >> 2 AS BIGINT)`,
  }),
  element_long: whole('BIGINT', '-9.3e18', '9.2e18'),
  element_int: whole('INTEGER', '-2147483649e0', '2147483648e0'),
  element_real: {
    emit: (args) =>
      `CASE WHEN json_type(${only(args)}) IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(${only(args)} AS DOUBLE) END`,
  },
  element_bool: {
    emit: (args) => `CASE WHEN json_type(${only(args)}) = 'BOOLEAN' THEN CAST(${only(args)} AS BOOLEAN) END`,
  },
  dcount_intersect: dcountIntersect,
  series_real: { emit: (args) => real(only(args)) },
  /** The value, or an error where it is not certain. */
  certain: {
    emit: (args) =>
      `CASE WHEN ${at(args, 1).sql} THEN ${at(args, 0).sql} ELSE error('WK002: what these values give is not documented') END`,
    nullable: (args) => at(args, 0).nullable,
  },
  element_string: { emit: (args) => `coalesce(json_extract_string(${only(args)}, '$'), '')` },
};

export const internalAggregates: Readonly<Record<string, Aggregate>> = {
  [gatherIds]: {
    emit: (args) => [`coalesce(list_distinct(flatten(list(${only(args)}))), CAST([] AS VARCHAR[]))`],
    nullable: () => false,
  },
};
