import type { CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, realJson, reals, realsJson, series, side } from './series.ts';
import { at, double, once } from './values.ts';

/** The numbers of one series as one number; what is not a number is passed over, of none the result is null. */
function folded(body: (numbers: string) => string): ScalarFunction {
  return {
    emit: (args, call) =>
      overArray(series(args, call).sql, '_kql_sj', (j) =>
        once(`list_filter(${reals(j)}, lambda _kql_sf: _kql_sf IS NOT NULL)`, '_kql_sl', body),
      ),
  };
}

/** The products of two series place by place, to the shorter one's end, as a list. */
function products(x: string, y: string): string {
  return `list_filter(list_transform(list_zip(${x}, ${y}, true), lambda _kql_dz: _kql_dz[1] * _kql_dz[2]), lambda _kql_dn: _kql_dn IS NOT NULL)`;
}

/** `series_dot_product`: one of the two may be a number for every place. Of an empty series it is null. */
const dotProduct: ScalarFunction = {
  emit(args, call) {
    const [left, right] = [side(at(args, 0), call), side(at(args, 1), call)];
    if (left.isScalar && right.isScalar) return call.refuse(`${call.name} of two numbers`, 'write *');
    const [array, other] = left.isScalar ? [right, left] : [left, right];
    return overArray(array.arg.sql, '_kql_dj', (j) =>
      once(reals(j), '_kql_dx', (x) => {
        if (other.isScalar) return `list_sum(list_transform(${x}, lambda _kql_de: _kql_de * ${double(other.arg)}))`;
        return overArray(other.arg.sql, '_kql_dk', (k) => `list_sum(${products(x, reals(k))})`);
      }),
    );
  },
};

/** Two series of equal length whose places are all numbers; of others null. */
function ofBoth(body: (x: string, y: string) => string, cut: boolean): ScalarFunction {
  return {
    emit(args, call) {
      const [a, b] = [at(args, 0), at(args, 1)];
      if (a.type !== 'dynamic' || b.type !== 'dynamic') return call.refuse(`${call.name} wants two arrays`);
      const pairs = (j: string, k: string): string => `list_zip(${reals(j)}, ${reals(k)}, true)`;
      const known = `_kql_cp[1] IS NOT NULL AND _kql_cp[2] IS NOT NULL`;
      return overArray(a.sql, '_kql_cj', (j) =>
        overArray(b.sql, '_kql_ck', (k) =>
          once(`list_filter(${pairs(j, k)}, lambda _kql_cp: ${known})`, '_kql_cz', (z) => {
            const [x, y] = [1, 2].map((i) => `list_transform(${z}, lambda _kql_c${i}: _kql_c${i}[${i}])`);
            const value = body(x ?? '', y ?? '');
            if (cut) return value;
            return `CASE WHEN len(${z}) = greatest(json_array_length(${j}), json_array_length(${k})) THEN ${value} END`;
          }),
        ),
      );
    },
  };
}

const squares = (list: string) => `list_sum(list_transform(${list}, lambda _kql_sq: _kql_sq * _kql_sq))`;
const centred = (list: string) =>
  `list_transform([${list}], lambda _kql_ml: list_transform(_kql_ml, lambda _kql_me: _kql_me - list_avg(_kql_ml)))[1]`;
const dot = (x: string, y: string) =>
  `list_sum(list_transform(list_zip(${x}, ${y}), lambda _kql_dp: _kql_dp[1] * _kql_dp[2]))`;

const cosine = ofBoth((x, y) => `${dot(x, y)} / (sqrt(${squares(x)}) * sqrt(${squares(y)}))`, true);
const pearson = ofBoth(
  (x, y) =>
    once(centred(x), '_kql_px', (a) =>
      once(centred(y), '_kql_py', (b) => `${dot(a, b)} / sqrt(${squares(a)} * ${squares(b)})`),
    ),
  false,
);

/** `series_stats_dynamic`: null where a value is not finite, unless such values are to be passed over. */
const stats: ScalarFunction = {
  emit(args, call) {
    const ignoring = args[1] === undefined ? false : args[1].constant;
    if (typeof ignoring !== 'boolean')
      return call.refuse(`${call.name} needs a constant for values that are not finite`);
    const value = (sql: string) => realJson(`(${sql})`, call.span);
    return overArray(series(args, call).sql, '_kql_tj', (j) =>
      once(reals(j), '_kql_tl', (l) =>
        once(`list_filter(${l}, lambda _kql_tf: isfinite(_kql_tf))`, '_kql_tn', (n) => {
          const place = (extreme: string) => `list_position(${l}, ${extreme}) - 1`;
          const variance = `coalesce(list_aggregate(${n}, 'var_samp'), 0)`;
          const parts = [
            `'min', ${value(`list_min(${n})`)}`,
            `'min_idx', ${place(`list_min(${n})`)}`,
            `'max', ${value(`list_max(${n})`)}`,
            `'max_idx', ${place(`list_max(${n})`)}`,
            `'avg', ${value(`list_avg(${n})`)}`,
            `'stdev', ${value(`sqrt(${variance})`)}`,
            `'variance', ${value(variance)}`,
            `'sum', ${value(`list_sum(${n})`)}`,
            `'len', len(${l})`,
          ];
          const usable = ignoring ? `len(${n}) > 0` : `len(${n}) > 0 AND len(${n}) = len(${l})`;
          return `CASE WHEN ${usable} THEN json_object(${parts.join(', ')}) END`;
        }),
      ),
    );
  },
};

/** The line through a list of numbers at 0, 1, …: gives `body` its slope and interception. */
export function line(numbers: string, body: (slope: string, interception: string) => string): string {
  const mean = `list_avg(${numbers})`;
  const middle = `(len(${numbers}) - 1) / 2.0`;
  const spread = `(len(${numbers}) * (CAST(len(${numbers}) AS DOUBLE) * len(${numbers}) - 1) / 12.0)`;
  const slope = `list_transform([{'m': ${mean}, 'c': CAST(${middle} AS DOUBLE)}], lambda _kql_ls: {'k': list_sum(list_transform(${numbers}, lambda _kql_lv, _kql_li: (_kql_lv - _kql_ls.m) * (_kql_li - 1 - _kql_ls.c))) / ${spread}, 'm': _kql_ls.m, 'c': _kql_ls.c})[1]`;
  return `list_transform([${slope}], lambda _kql_lf: ${body('_kql_lf.k', '(_kql_lf.m - _kql_lf.k * _kql_lf.c)')})[1]`;
}

/** `series_fit_line_dynamic`: least squares over the places 0, 1, …; the variances are those of samples. */
const fitLine: ScalarFunction = {
  emit(args, call) {
    const value = (sql: string) => realJson(`(${sql})`, call.span);
    return fullSeries(series(args, call).sql, (l) =>
      line(l, (slope, interception) => {
        const fitted = `list_transform(range(len(${l})), lambda _kql_gi: ${interception} + ${slope} * CAST(_kql_gi AS DOUBLE))`;
        return `list_transform([${fitted}], lambda _kql_gf: ${fitBag(l, slope, interception, value, call)})[1]`;
      }),
    );
  },
};

function fitBag(
  l: string,
  slope: string,
  interception: string,
  value: (sql: string) => string,
  call: CallContext,
): string {
  const residuals = `list_sum(list_transform(list_zip(${l}, _kql_gf), lambda _kql_gr: (_kql_gr[1] - _kql_gr[2]) * (_kql_gr[1] - _kql_gr[2]))) / (len(${l}) - 1)`;
  const sample = `list_aggregate(${l}, 'var_samp')`;
  const bag = [
    `'slope', ${value(slope)}`,
    `'interception', ${value(interception)}`,
    `'rsquare', ${value('1 - _kql_gv.r / _kql_gv.v')}`,
    `'variance', ${value('_kql_gv.v')}`,
    `'rvariance', ${value('_kql_gv.r')}`,
    `'line_fit', ${realsJson('_kql_gf', call.span)}`,
  ];
  return `list_transform([{'r': ${residuals}, 'v': ${sample}}], lambda _kql_gv: json_object(${bag.join(', ')}))[1]`;
}

/** A series of at least two places that are all finite numbers; of others the result is null. */
function fullSeries(json: string, body: (numbers: string) => string): string {
  return overArray(json, '_kql_hj', (j) =>
    once(reals(j), '_kql_hl', (l) => {
      const finite = `len(list_filter(${l}, lambda _kql_hf: isfinite(_kql_hf)))`;
      return `CASE WHEN ${finite} = len(${l}) AND len(${l}) > 1 THEN ${body(l)} END`;
    }),
  );
}

/** Numbers that describe a whole series. */
export const seriesStatsFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_sum: folded((l) => `list_sum(${l})`),
  series_product: folded((l) => `list_product(${l})`),
  series_magnitude: folded((l) => `sqrt(${squares(l)})`),
  series_dot_product: dotProduct,
  series_cosine_similarity: cosine,
  series_pearson_correlation: pearson,
  series_stats_dynamic: stats,
  series_fit_line_dynamic: fitLine,
};
