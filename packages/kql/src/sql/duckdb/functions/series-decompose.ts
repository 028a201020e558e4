import { type Model, points, seasonOf, thresholdOf, trendOf } from '../../common/series-decompose.ts';
import { outlierKind } from '../../common/series-outliers.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { scores } from './series-outliers.ts';
import { line } from './series-stats.ts';
import { at, once } from './values.ts';

/** How the engine finds a season is not documented but for its bounds: from 4 places to half of the series. Where the
 *  series is not like itself at any of these distances there is none; where it is, the query stops. The margin leaves
 *  room for another measure of likeness. */
function withoutSeason(numbers: string, threshold: number, call: CallContext, value: string): string {
  const margin = 0.05;
  const advice = 'a series may have seasons: give their length, as 24, or 0 for none';
  const around = `list_transform(${numbers}, lambda _kql_xv: _kql_xv - list_avg(${numbers}))`;
  const likeness = `list_inner_product(list_slice(_kql_xc, 1, len(_kql_xc) - _kql_xk), list_slice(_kql_xc, _kql_xk + 1, len(_kql_xc))) / (len(_kql_xc) - _kql_xk)`;
  const spread = `(list_inner_product(_kql_xc, _kql_xc) / len(_kql_xc))`;
  const most = `list_transform([${around}], lambda _kql_xc: CASE WHEN ${spread} > 0 THEN list_max(list_transform(range(4, len(_kql_xc) // 2 + 1), lambda _kql_xk: ${likeness})) / ${spread} END)[1]`;
  return `CASE WHEN coalesce(${most}, 0) < ${threshold - margin} THEN ${value} ELSE error('WK002: ${call.name}: ${advice}') END`;
}

/** The median of the places that lie whole periods apart, for every place up to `length`. */
function seasonal(numbers: string, size: number, length: string): string {
  const phase = `list_filter(${numbers}, lambda _kql_ov, _kql_oi: (_kql_oi - 1) % ${size} = _kql_op)`;
  const medians = `list_transform(range(${size}), lambda _kql_op: list_median(${phase}))`;
  return `list_transform([${medians}], lambda _kql_om: list_transform(range(${length}), lambda _kql_on: _kql_om[_kql_on % ${size} + 1]))[1]`;
}

/** `series_seasonal`: zeros where there is no season. */
const seasonalFunction: ScalarFunction = {
  emit(args, call) {
    const season = seasonOf(args[1], 0.7, call);
    return ofFinite(series(args, call).sql, (l) => {
      if (season === 0) return call.refuse(`${call.name} needs a period above 0`);
      if (typeof season === 'number') return realsJson(seasonal(l, season, `len(${l})`), call.span);
      return withoutSeason(l, season.threshold, call, realsJson(zerosFor(l), call.span));
    });
  },
};

function zerosFor(numbers: string): string {
  return `list_transform(range(len(${numbers})), lambda _kql_oz: CAST(0 AS DOUBLE))`;
}

/** An array of finite numbers; of others the result is null. */
function ofFinite(json: string, body: (numbers: string) => string): string {
  return overArray(json, '_kql_oj', (j) =>
    once(reals(j), '_kql_ol', (l) => {
      const finite = `list_filter(${l}, lambda _kql_og: isfinite(_kql_og))`;
      return `CASE WHEN len(${finite}) = len(${l}) AND len(${l}) > 0 THEN ${body(l)} END`;
    }),
  );
}

/** The components of a series as DOUBLE[]: seasonal, then the trend of what is left, then the rest (the note of
 *  series-decompose-function.md). */
function decomposed(
  args: readonly Arg[],
  { season, trend, test }: Model,
  call: CallContext,
  body: (parts: Readonly<Record<'baseline' | 'seasonal' | 'trend' | 'residual', string>>) => string,
): string {
  return ofFinite(series(args, call).sql, (l) => {
    const learned = test === 0 ? l : `list_slice(${l}, 1, greatest(len(${l}) - ${test}, 0))`;
    const zeros = zerosFor(l);
    const size = typeof season === 'number' ? season : 0;
    const value = once(size === 0 ? zeros : seasonal(learned, size, `len(${l})`), '_kql_os', (s) => {
      const left = `list_transform(${learned}, lambda _kql_ox, _kql_oy: _kql_ox - ${s}[_kql_oy])`;
      return once(trended(left, trend, l, zeros), '_kql_ot', (t) => {
        const baseline = `list_transform(${s}, lambda _kql_ob, _kql_oc: _kql_ob + ${t}[_kql_oc])`;
        const residual = `list_transform(${l}, lambda _kql_od, _kql_oe: _kql_od - (${s}[_kql_oe] + ${t}[_kql_oe]))`;
        return body({ baseline, seasonal: s, trend: t, residual });
      });
    });
    return typeof season === 'number' ? value : withoutSeason(learned, season.threshold, call, value);
  });
}

/** Lists as a bag of arrays. */
function bagOf(parts: Readonly<Record<string, string>>, call: CallContext): string {
  const pairs = Object.entries(parts).map(([key, list]) => `'${key}', ${realsJson(list, call.span)}`);
  return `json_object(${pairs.join(', ')})`;
}

function trended(left: string, trend: string, all: string, zeros: string): string {
  if (trend === 'none') return zeros;
  const over = (value: string) => `list_transform(range(len(${all})), lambda _kql_ou: ${value})`;
  return once(left, '_kql_ow', (w) => {
    if (trend === 'avg') return once(`list_avg(${w})`, '_kql_oa', over);
    return line(w, (slope, interception) => over(`${interception} + ${slope} * CAST(_kql_ou AS DOUBLE)`));
  });
}

const decompose: ScalarFunction = {
  emit(args, call) {
    const season = seasonOf(args[1], thresholdOf(args[4], call), call);
    const model = { season, trend: trendOf(args[2], 'avg', call), test: points(args[3], call) };
    return decomposed(args, model, call, (parts) => bagOf(parts, call));
  },
};

const forecast: ScalarFunction = {
  emit(args, call) {
    const season = seasonOf(args[2], thresholdOf(args[4], call), call);
    const model = { season, trend: trendOf(args[3], 'linefit', call), test: points(at(args, 1), call) };
    return decomposed(args, model, call, ({ baseline }) => bagOf({ baseline }, call));
  },
};

/** `series_decompose_anomalies`: the outliers of what seasons and trend leave. */
const anomalies: ScalarFunction = {
  emit(args, call) {
    const limit = args[1] === undefined ? 1.5 : Number(args[1].constant);
    if (!Number.isFinite(limit)) return call.refuse(`${call.name} needs a constant threshold`);
    if (points(args[4], call) > 0) return call.refuse(`${call.name} with test points is not supported`);
    const kind = outlierKind(args[5], call);
    const season = seasonOf(args[2], thresholdOf(args[6], call), call);
    const model = { season, trend: trendOf(args[3], 'avg', call), test: 0 };
    return decomposed(args, model, call, ({ baseline, residual }) =>
      once(scores(residual, kind, call), '_kql_oq', (q) => {
        const flag = `CASE WHEN _kql_oh > ${limit} THEN 1 WHEN _kql_oh < -(${limit}) THEN -1 ELSE 0 END`;
        const flags = `to_json(list_transform(${q}, lambda _kql_oh: ${flag}))`;
        return `json_object('ad_flag', ${flags}, 'ad_score', ${realsJson(q, call.span)}, 'baseline', ${realsJson(baseline, call.span)})`;
      }),
    );
  },
};

/** Series taken apart. The functions that give several columns give a bag of them here. */
export const seriesDecomposeFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_seasonal: seasonalFunction,
  series_decompose: decompose,
  series_decompose_forecast: forecast,
  series_decompose_anomalies: anomalies,
};
