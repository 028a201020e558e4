import { at } from '../../common/arguments.ts';
import type { ScalarFunction } from '../../emit.ts';
import { arrayOf, elements, isWhole } from './json.ts';
import { powerOf } from './math.ts';
import { overArray, real, realJson, series, side, zipped } from './series.ts';
import { mapped, once } from './values.ts';

/** A function of every number of a series. What is not a number gives null. `whole` keeps whole numbers whole. */
function each(body: (x: string) => string, whole?: (x: string) => string): ScalarFunction {
  return {
    emit(args, call) {
      const value = (element: string): string => {
        const computed = once(real(element), '_kql_x', (x) => realJson(body(x), call.span));
        if (whole === undefined) return computed;
        return `if(${isWhole(element)}, toString(${whole(`toInt64OrNull(${element})`)}), ${computed})`;
      };
      return overArray(series(args, call), (j) => arrayOf(mapped(elements(j), value)));
    },
  };
}

const plain = (name: string) => each((x) => `${name}(${x})`);

/** Of two series, place by place; a place that only one has gives null. Whole numbers give whole ones. */
function pair(body: (x: string, y: string) => string, keepsWhole: boolean): ScalarFunction {
  return {
    emit(args, call) {
      const sides = [side(at(args, 0), call), side(at(args, 1), call)] as const;
      if (sides.every((item) => item.isScalar)) return call.refuse(`${call.name} of two numbers`, 'write the operator');
      return zipped(sides, {
        real: (x, y) => realJson(body(x, y), call.span),
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
      return zipped(sides, {
        real: (x, y) => `multiIf(isNull(${x}) OR isNull(${y}), NULL, ${x} ${operator} ${y}, 'true', 'false')`,
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
    (x) => `if(isNaN(${x}), nan, toFloat64(sign(${x})))`,
    (x) => `sign(${x})`,
  ),
  series_floor: plain('floor'),
  series_ceiling: plain('ceil'),
  series_exp: plain('exp'),
  series_log: plain('log'),
  series_sin: plain('sin'),
  series_cos: plain('cos'),
  series_tan: plain('tan'),
  series_asin: plain('asin'),
  series_acos: plain('acos'),
  series_atan: plain('atan'),
  series_add: pair((x, y) => `${x} + ${y}`, true),
  series_subtract: pair((x, y) => `${x} - ${y}`, true),
  series_multiply: pair((x, y) => `${x} * ${y}`, true),
  series_divide: pair((x, y) => `${x} / ${y}`, false),
  series_pow: pair(powerOf, false),
  series_equals: compared('='),
  series_not_equals: compared('!='),
  series_greater: compared('>'),
  series_greater_equals: compared('>='),
  series_less: compared('<'),
  series_less_equals: compared('<='),
};
