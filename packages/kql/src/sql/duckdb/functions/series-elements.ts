import type { ScalarFunction } from '../../emit.ts';
import { elements } from './json.ts';
import { overArray, real, realJson, series, side, zipped } from './series.ts';
import { at } from './values.ts';

const nan = `CAST('nan' AS DOUBLE)`;
const infinity = `CAST('inf' AS DOUBLE)`;

/** A function of every number of a series. What is not a number gives null. `whole` keeps whole numbers whole. */
function each(body: (x: string) => string, whole?: (x: string) => string): ScalarFunction {
  return {
    emit(args, call) {
      const { span } = call;
      const value = (element: string): string => {
        const computed = `list_transform([${real(element)}], lambda _kql_ex: ${realJson(`(${body('_kql_ex')})`, span)})[1]`;
        if (whole === undefined) return computed;
        return (
          `CASE WHEN json_type(${element}) IN ('BIGINT', 'UBIGINT') ` +
          `THEN to_json(${whole(`CAST(${element} AS HUGEINT)`)}) ELSE ${computed} END`
        );
      };
      return overArray(
        series(args, call).sql,
        '_kql_ej',
        (j) => `to_json(list_transform(${elements(j)}, lambda _kql_ee: ${value('_kql_ee')}))`,
      );
    },
  };
}

/** Where DuckDB stops at an argument, the result is NaN as in every vector library. */
function within(test: string, value: string): string {
  return `CASE WHEN ${test} THEN ${value} ELSE ${nan} END`;
}

const known = (x: string, value: string): string => `CASE WHEN ${x} IS NOT NULL THEN ${value} END`;
const wave = (name: string) => each((x) => known(x, within(`isfinite(${x})`, `${name}(${x})`)));
const arc = (name: string) => each((x) => known(x, within(`abs(${x}) <= 1`, `${name}(${x})`)));

/** Of two series, place by place; a place that only one has gives null. Whole numbers give whole ones. */
function pair(body: (x: string, y: string) => string, keepsWhole: boolean): ScalarFunction {
  return {
    emit(args, call) {
      const sides = [side(at(args, 0), call), side(at(args, 1), call)] as const;
      if (sides.every((item) => item.isScalar)) return call.refuse(`${call.name} of two numbers`, 'write the operator');
      return zipped(sides, {
        real: (x, y) => `list_transform([${body(x, y)}], lambda _kql_pr: ${realJson('_kql_pr', call.span)})[1]`,
        ...(keepsWhole ? { whole: body } : {}),
      });
    },
  };
}

/** A comparison place by place; nothing is equal to NaN or in an order with it. */
function compared(operator: string): ScalarFunction {
  return {
    emit(args, call) {
      const sides = [side(at(args, 0), call), side(at(args, 1), call)] as const;
      if (sides.every((item) => item.isScalar)) return call.refuse(`${call.name} of two numbers`, 'write the operator');
      const outside = operator === '<>' ? 'true' : 'false';
      return zipped(sides, {
        real: (x, y) =>
          `CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN NULL WHEN isnan(${x}) OR isnan(${y}) THEN ${outside} ELSE ${x} ${operator} ${y} END`,
      });
    },
  };
}

/** Functions of series place by place (series-add-function.md and its like). */
export const seriesElementFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_abs: each(
    (x) => `abs(${x})`,
    (x) => `abs(${x})`,
  ),
  series_sign: each(
    (x) => known(x, within(`NOT isnan(${x})`, `CAST(sign(${x}) AS DOUBLE)`)),
    (x) => `sign(${x})`,
  ),
  series_floor: each((x) => `floor(${x})`),
  series_ceiling: each((x) => `ceil(${x})`),
  series_exp: each((x) => `exp(${x})`),
  series_log: each((x) => known(x, `CASE WHEN ${x} > 0 THEN ln(${x}) WHEN ${x} = 0 THEN -${infinity} ELSE ${nan} END`)),
  series_sin: wave('sin'),
  series_cos: wave('cos'),
  series_tan: wave('tan'),
  series_asin: arc('asin'),
  series_acos: arc('acos'),
  series_atan: each((x) => `atan(${x})`),
  series_add: pair((x, y) => `${x} + ${y}`, true),
  series_subtract: pair((x, y) => `${x} - ${y}`, true),
  series_multiply: pair((x, y) => `${x} * ${y}`, true),
  series_divide: pair((x, y) => `${x} / ${y}`, false),
  series_pow: pair((x, y) => `pow(${x}, ${y})`, false),
  series_equals: compared('='),
  series_not_equals: compared('<>'),
  series_greater: compared('>'),
  series_greater_equals: compared('>='),
  series_less: compared('<'),
  series_less_equals: compared('<='),
};
