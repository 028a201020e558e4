import { kinds, type OutlierKind, outlierKind } from '../../common/series-outliers.ts';

import type { CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { double, isNullConstant, isNumber, once } from './values.ts';

/** The scores of a DOUBLE[]; NULL scores 0. Where the two fences are one, a value beside them has no score that is known,
 *  and the query stops. */
export function scores(values: string, kind: OutlierKind, call: CallContext): string {
  const { low, high, factor } = kinds[kind];
  const present = `list_filter(${values}, lambda _kql_uf: _kql_uf IS NOT NULL)`;
  const fences = `list_transform([${present}], lambda _kql_up: {'l': list_aggregate(_kql_up, 'quantile_cont', ${low}), 'h': list_aggregate(_kql_up, 'quantile_cont', ${high})})[1]`;
  const stop = `error('WK002: ${call.name}: most values of a series are equal, which is not supported')`;
  const beyond = (distance: string) =>
    `CASE WHEN _kql_uq.h = _kql_uq.l THEN ${stop} ELSE (${distance}) / (_kql_uq.h - _kql_uq.l) * ${factor} END`;
  const score =
    `CASE WHEN _kql_uv > _kql_uq.h THEN ${beyond('_kql_uv - _kql_uq.h')} ` +
    `WHEN _kql_uv < _kql_uq.l THEN ${beyond('_kql_uv - _kql_uq.l')} ELSE CAST(0 AS DOUBLE) END`;
  return `list_transform([${fences}], lambda _kql_uq: list_transform(${values}, lambda _kql_uv: ${score}))[1]`;
}

const outliers: ScalarFunction = {
  emit(args, call) {
    const kind = outlierKind(args[1], call);
    const custom = [args[3], args[4]]
      .map((arg) => arg?.constant)
      .some((value, index) => {
        return value !== undefined && Number(value) !== [10, 90][index];
      });
    if (custom) return call.refuse(`${call.name} with percentiles of its own is not supported`, 'leave them out');
    const ignored = args[2];
    if (ignored !== undefined && !isNumber(ignored.type)) return call.refuse(`${call.name} ignores numbers only`);
    return overArray(series(args, call).sql, '_kql_uj', (j) => {
      const all = reals(j);
      const kept =
        ignored === undefined || isNullConstant(ignored)
          ? all
          : `list_transform(${all}, lambda _kql_ui: CASE WHEN _kql_ui = ${double(ignored)} THEN NULL ELSE _kql_ui END)`;
      return once(kept, '_kql_ul', (l) => realsJson(scores(l, kind, call), call.span));
    });
  },
};

export const seriesOutlierFunctions: Readonly<Record<string, ScalarFunction>> = { series_outliers: outliers };
