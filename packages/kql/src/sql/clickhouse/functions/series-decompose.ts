import { at } from '../../common/arguments.ts';
import { type Model, points, seasonOf, thresholdOf, trendOf } from '../../common/series-decompose.ts';
import { outlierKind } from '../../common/series-outliers.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { arrayOf, objectOf } from './json.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { scores } from './series-outliers.ts';
import { line, numbersOf } from './series-stats.ts';
import { filtered, lambda, mapped, once, unless } from './values.ts';

const dot = (x: string, y: string) => `arraySum((_kql_a, _kql_b) -> _kql_a * _kql_b, ${x}, ${y})`;

/** How the engine finds a season is not documented but for its bounds: from 4 places to half of the series. Where the
 *  series is not like itself at any of these distances there is none; where it is, the query stops. The margin leaves
 *  room for another measure of likeness. */
function withoutSeason(numbers: string, threshold: number, call: CallContext, value: string): string {
  const margin = 0.05;
  const message = `WK002: ${call.name}: a series may have seasons: give their length, as 24, or 0 for none`;
  const around = mapped(numbers, (e) => `${e} - arrayAvg(${numbers})`);
  const most = once(around, '_kql_c', (c) => {
    const size = `length(${c})`;
    const likeness = lambda('_kql_k', (k) => {
      const [head, tail] = [`arraySlice(${c}, 1, ${size} - ${k})`, `arraySlice(${c}, ${k} + 1)`];
      return `${dot(head, tail)} / (${size} - ${k})`;
    });
    const best = `arrayMax(arrayMap(${likeness}, range(4, greatest(intDiv(${size}, 2) + 1, 4))))`;
    const spread = `(${dot(c, c)} / ${size})`;
    return `if(${spread} > 0 AND ${size} >= 8, ${best} / ${spread}, 0)`;
  });
  return unless(`${most} >= ${threshold - margin}`, message, value);
}

/** The median of the places that lie whole periods apart, for every place up to `length`. */
function seasonal(numbers: string, size: number, length: string): string {
  const median = lambda('_kql_p', (p) => {
    const phase = `arrayFilter((_kql_v, _kql_i) -> (_kql_i - 1) % ${size} = ${p}, ${numbers}, arrayEnumerate(${numbers}))`;
    return once(`arraySort(${phase})`, '_kql_s', (s) => {
      const middle = `intDiv(toInt64(length(${s})) + 1, 2)`;
      const other = `intDiv(toInt64(length(${s})), 2) + 1`;
      return `if(empty(${s}), NULL, (${s}[${middle}] + ${s}[${other}]) / 2)`;
    });
  });
  return once(
    `arrayMap(${median}, range(${size}))`,
    '_kql_m',
    (m) => `arrayMap(${lambda('_kql_n', (n) => `${m}[${n} % ${size} + 1]`)}, range(${length}))`,
  );
}

/** `series_seasonal`: zeros where there is no season. */
const seasonalFunction: ScalarFunction = {
  emit(args, call) {
    const season = seasonOf(args[1], 0.7, call);
    return ofFinite(series(args, call), (l) => {
      if (season === 0) return call.refuse(`${call.name} needs a period above 0`);
      if (typeof season === 'number') return realsJson(seasonal(l, season, `length(${l})`), call.span);
      return withoutSeason(l, season.threshold, call, realsJson(zerosFor(l), call.span));
    });
  },
};

function zerosFor(numbers: string): string {
  return `arrayWithConstant(length(${numbers}), toFloat64(0))`;
}

/** An array of finite numbers; of others the result is null. */
function ofFinite(json: string, body: (numbers: string) => string): string {
  return overArray(json, (j) =>
    once(reals(j), '_kql_l', (all) =>
      once(
        filtered(numbersOf(all), (e) => `isFinite(${e})`),
        '_kql_n',
        (n) => `if(length(${n}) = length(${all}) AND notEmpty(${n}), ${body(n)}, NULL)`,
      ),
    ),
  );
}

/** The components of a series as lists: seasonal, then the trend of what is left, then the rest (the note of
 *  series-decompose-function.md). */
function decomposed(
  args: readonly Arg[],
  { season, trend, test }: Model,
  call: CallContext,
  body: (parts: Readonly<Record<'baseline' | 'seasonal' | 'trend' | 'residual', string>>) => string,
): string {
  return ofFinite(series(args, call), (l) => {
    const learned = test === 0 ? l : `arraySlice(${l}, 1, greatest(toInt64(length(${l})) - ${test}, 0))`;
    const size = typeof season === 'number' ? season : 0;
    const value = once(size === 0 ? zerosFor(l) : seasonal(learned, size, `length(${l})`), '_kql_s', (s) => {
      const left = `arrayMap(${lambda('_kql_i', (i) => `assumeNotNull(${l}[${i}] - ${s}[${i}])`)}, arrayEnumerate(${learned}))`;
      return once(trended(left, trend, l), '_kql_t', (t) => {
        const over = (value: (i: string) => string) => `arrayMap(${lambda('_kql_i', value)}, arrayEnumerate(${l}))`;
        const baseline = over((i) => `${s}[${i}] + ${t}[${i}]`);
        const residual = over((i) => `${l}[${i}] - (${s}[${i}] + ${t}[${i}])`);
        return body({ baseline, seasonal: s, trend: t, residual });
      });
    });
    return typeof season === 'number' ? value : withoutSeason(learned, season.threshold, call, value);
  });
}

/** Lists as a bag of arrays. */
function bagOf(parts: Readonly<Record<string, string>>, call: CallContext): string {
  return objectOf(
    `[${Object.entries(parts)
      .map(([key, list]) => `('${key}', ${realsJson(list, call.span)})`)
      .join(', ')}]`,
  );
}

function trended(left: string, trend: string, all: string): string {
  if (trend === 'none') return zerosFor(all);
  return once(left, '_kql_w', (w) => {
    if (trend === 'avg') return `arrayWithConstant(length(${all}), arrayAvg(${w}))`;
    const point = (slope: string, interception: string) =>
      `arrayMap(${lambda('_kql_u', (u) => `${interception} + ${slope} * toFloat64(${u})`)}, range(length(${all})))`;
    return line(w, point);
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
      once(residual, '_kql_r', (r) =>
        once(scores(r, kind, call), '_kql_q', (q) => {
          const flags = arrayOf(mapped(q, (e) => `multiIf(${e} > ${limit}, '1', ${e} < -(${limit}), '-1', '0')`));
          const parts = [
            `('ad_flag', ${flags})`,
            `('ad_score', ${realsJson(q, call.span)})`,
            `('baseline', ${realsJson(baseline, call.span)})`,
          ];
          return objectOf(`[${parts.join(', ')}]`);
        }),
      ),
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
