import { isNullConstant, isNumber } from '../../common/arguments.ts';
import { kinds, type OutlierKind, outlierKind } from '../../common/series-outliers.ts';
import type { CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { numbersOf } from './series-stats.ts';
import { double, mapped, once, unless } from './values.ts';

/** A quantile between the ranks of a sorted list. */
function quantile(sorted: string, share: number): string {
  return once(`(${share} * (toFloat64(length(${sorted})) - 1))`, '_kql_p', (p) => {
    const below = `${sorted}[toInt64(floor(${p})) + 1]`;
    const above = `${sorted}[least(toInt64(floor(${p})) + 2, toInt64(length(${sorted})))]`;
    return `(${below} + (${p} - floor(${p})) * (${above} - ${below}))`;
  });
}

/** The scores of a list of Float64; NULL scores 0. Where the two fences are one, a value beside them has no score that is
 *  known, and the query stops. */
export function scores(values: string, kind: OutlierKind, call: CallContext): string {
  const { low, high, factor } = kinds[kind];
  return once(`arraySort(${numbersOf(values)})`, '_kql_s', (s) =>
    once(`if(empty(${s}), nan, ${quantile(s, low)})`, '_kql_f', (l) =>
      once(`if(empty(${s}), nan, ${quantile(s, high)})`, '_kql_h', (h) => {
        const message = `WK002: ${call.name}: most values of a series are equal, which is not supported`;
        const score = (v: string) => {
          const scaled = (distance: string) =>
            unless(
              `${h} = ${l} AND (${v} > ${h} OR ${v} < ${l})`,
              message,
              `(${distance}) / (${h} - ${l}) * ${factor}`,
            );
          return `multiIf(${v} > ${h}, ${scaled(`${v} - ${h}`)}, ${v} < ${l}, ${scaled(`${v} - ${l}`)}, toFloat64(0))`;
        };
        return mapped(values, score);
      }),
    ),
  );
}

const outliers: ScalarFunction = {
  emit(args, call) {
    const kind = outlierKind(args[1], call);
    const custom = [args[3], args[4]]
      .map((arg) => arg?.constant)
      .some((value, index) => value !== undefined && Number(value) !== [10, 90][index]);
    if (custom) return call.refuse(`${call.name} with percentiles of its own is not supported`, 'leave them out');
    const ignored = args[2];
    if (ignored !== undefined && !isNumber(ignored.type)) return call.refuse(`${call.name} ignores numbers only`);
    return overArray(series(args, call), (j) => {
      const kept =
        ignored === undefined || isNullConstant(ignored)
          ? reals(j)
          : mapped(reals(j), (e) => `if(${e} = ${double(ignored)}, NULL, ${e})`);
      return once(kept, '_kql_l', (l) => realsJson(scores(l, kind, call), call.span));
    });
  },
};

export const seriesOutlierFunctions: Readonly<Record<string, ScalarFunction>> = { series_outliers: outliers };
