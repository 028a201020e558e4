import { at } from '../../common/arguments.ts';
import type { CallContext, ScalarFunction } from '../../emit.ts';
import { elements, objectOf } from './json.ts';
import { overArray, realJson, reals, realsJson, series, side } from './series.ts';
import { double, filtered, lambda, mapped, once } from './values.ts';

/** The numbers of a list without NULL, as Array(Float64). */
export function numbersOf(list: string): string {
  return mapped(
    filtered(list, (e) => `isNotNull(${e})`),
    (e) => `assumeNotNull(${e})`,
  );
}

const sum = (list: string, body: (e: string) => string) => `arraySum(${lambda('_kql_e', body)}, ${list})`;

/** The numbers of one series as one number; what is not a number is passed over, of none the result is null. */
function folded(body: (numbers: string) => string): ScalarFunction {
  return {
    emit: (args, call) =>
      overArray(series(args, call), (j) =>
        once(numbersOf(reals(j)), '_kql_l', (l) => `if(empty(${l}), NULL, ${body(l)})`),
      ),
  };
}

/** `series_dot_product`: one of the two may be a number for every place. Of an empty series it is null. */
const dotProduct: ScalarFunction = {
  emit(args, call) {
    const [left, right] = [side(at(args, 0), call), side(at(args, 1), call)];
    if (left.isScalar && right.isScalar) return call.refuse(`${call.name} of two numbers`, 'write *');
    const [array, other] = left.isScalar ? [right, left] : [left, right];
    const total = (products: string) =>
      once(numbersOf(products), '_kql_l', (l) => `if(empty(${l}), NULL, arraySum(${l}))`);
    return overArray(array.arg.sql, (j) =>
      once(reals(j), '_kql_x', (x) => {
        if (other.isScalar) return total(mapped(x, (e) => `${e} * ${double(other.arg)}`));
        return overArray(other.arg.sql, (k) =>
          once(reals(k), '_kql_y', (y) => {
            const product = lambda('_kql_i', (i) => `${x}[${i}] * ${y}[${i}]`);
            return total(`arrayMap(${product}, range(1, least(length(${x}), length(${y})) + 1))`);
          }),
        );
      }),
    );
  },
};

/** Two series; only the places where both have numbers count, all of them where `cut` is false. */
function ofBoth(body: (x: string, y: string) => string, cut: boolean): ScalarFunction {
  return {
    emit(args, call) {
      const [a, b] = [at(args, 0), at(args, 1)];
      if (a.type !== 'dynamic' || b.type !== 'dynamic') return call.refuse(`${call.name} wants two arrays`);
      return overArray(a.sql, (j) =>
        overArray(b.sql, (k) => {
          const pairs = `arrayZipUnaligned(${reals(j)}, ${reals(k)})`;
          const known = filtered(pairs, (p) => `isNotNull(${p}.1) AND isNotNull(${p}.2)`);
          return once(known, '_kql_z', (z) => {
            const [x, y] = [mapped(z, (p) => `assumeNotNull(${p}.1)`), mapped(z, (p) => `assumeNotNull(${p}.2)`)];
            const value = once(x, '_kql_x', (first) => once(y, '_kql_y', (second) => body(first, second)));
            const some = `notEmpty(${z})`;
            const all = `length(${z}) = greatest(length(${elements(j)}), length(${elements(k)}))`;
            return `if(${cut ? some : `${some} AND ${all}`}, ${value}, NULL)`;
          });
        }),
      );
    },
  };
}

const squares = (list: string) => sum(list, (e) => `${e} * ${e}`);
const centred = (list: string) => mapped(list, (e) => `${e} - arrayAvg(${list})`);
const dot = (x: string, y: string) => `arraySum((_kql_a, _kql_b) -> _kql_a * _kql_b, ${x}, ${y})`;

const cosine = ofBoth((x, y) => `${dot(x, y)} / (sqrt(${squares(x)}) * sqrt(${squares(y)}))`, true);
const pearson = ofBoth(
  (x, y) =>
    once(centred(x), '_kql_c', (a) =>
      once(centred(y), '_kql_d', (b) => `${dot(a, b)} / sqrt(${squares(a)} * ${squares(b)})`),
    ),
  false,
);

/** The variance of a sample; of one value 0. */
function sampleVariance(list: string): string {
  return once(
    `arrayAvg(${list})`,
    '_kql_m',
    (m) =>
      `if(length(${list}) < 2, toFloat64(0), ${sum(list, (e) => `(${e} - ${m}) * (${e} - ${m})`)} / (length(${list}) - 1))`,
  );
}

/** `series_stats_dynamic`: null where a value is not finite, unless such values are to be passed over. */
const stats: ScalarFunction = {
  emit(args, call) {
    const ignoring = args[1] === undefined ? false : args[1].constant;
    if (typeof ignoring !== 'boolean')
      return call.refuse(`${call.name} needs a constant for values that are not finite`);
    const value = (sql: string) => realJson(sql, call.span);
    return overArray(series(args, call), (j) =>
      once(reals(j), '_kql_l', (l) =>
        once(
          filtered(numbersOf(l), (e) => `isFinite(${e})`),
          '_kql_n',
          (n) => {
            const place = (extreme: string) => `toString(toInt64(indexOf(${l}, ${extreme})) - 1)`;
            const bag = once(sampleVariance(n), '_kql_v', (v) => {
              const parts = [
                ['min', value(`arrayMin(${n})`)],
                ['min_idx', place(`arrayMin(${n})`)],
                ['max', value(`arrayMax(${n})`)],
                ['max_idx', place(`arrayMax(${n})`)],
                ['avg', value(`arrayAvg(${n})`)],
                ['stdev', value(`sqrt(${v})`)],
                ['variance', value(v)],
                ['sum', value(`arraySum(${n})`)],
                ['len', `toString(length(${l}))`],
              ];
              return objectOf(`[${parts.map(([key, json]) => `('${key}', toNullable(${json}))`).join(', ')}]`);
            });
            const usable = ignoring ? `notEmpty(${n})` : `notEmpty(${n}) AND length(${n}) = length(${l})`;
            return `if(${usable}, ${bag}, NULL)`;
          },
        ),
      ),
    );
  },
};

/** The line through a list of numbers at 0, 1, …: gives `body` its slope and interception. */
export function line(numbers: string, body: (slope: string, interception: string) => string): string {
  const size = `toFloat64(length(${numbers}))`;
  return once(`arrayAvg(${numbers})`, '_kql_m', (mean) =>
    once(`((${size} - 1) / 2)`, '_kql_c', (middle) => {
      const products = `arraySum(${lambda('_kql_i', (i) => `(${numbers}[${i}] - ${mean}) * (toFloat64(${i}) - 1 - ${middle})`)}, arrayEnumerate(${numbers}))`;
      return once(`(${products} / (${size} * (${size} * ${size} - 1) / 12))`, '_kql_k', (slope) =>
        once(`(${mean} - ${slope} * ${middle})`, '_kql_o', (interception) => body(slope, interception)),
      );
    }),
  );
}

/** `series_fit_line_dynamic`: least squares over the places 0, 1, …; the variances are those of samples. */
const fitLine: ScalarFunction = {
  emit(args, call) {
    return fullSeries(series(args, call), (l) =>
      line(l, (slope, interception) => {
        const point = lambda('_kql_i', (i) => `${interception} + ${slope} * toFloat64(${i})`);
        return once(`arrayMap(${point}, range(length(${l})))`, '_kql_f', (fitted) =>
          fitBag(l, slope, interception, fitted, call),
        );
      }),
    );
  },
};

function fitBag(l: string, slope: string, interception: string, fitted: string, call: CallContext): string {
  const residuals = `(arraySum((_kql_a, _kql_b) -> (_kql_a - _kql_b) * (_kql_a - _kql_b), ${l}, ${fitted}) / (length(${l}) - 1))`;
  const value = (sql: string) => realJson(sql, call.span);
  return once(residuals, '_kql_r', (r) =>
    once(sampleVariance(l), '_kql_v', (v) => {
      const parts = [
        ['slope', value(slope)],
        ['interception', value(interception)],
        ['rsquare', value(`(1 - ${r} / ${v})`)],
        ['variance', value(v)],
        ['rvariance', value(r)],
        ['line_fit', realsJson(fitted, call.span)],
      ];
      return objectOf(`[${parts.map(([key, json]) => `('${key}', toNullable(${json}))`).join(', ')}]`);
    }),
  );
}

/** A series of at least two places that are all finite numbers; of others the result is null. */
function fullSeries(json: string, body: (numbers: string) => string): string {
  return overArray(json, (j) =>
    once(reals(j), '_kql_l', (all) =>
      once(
        filtered(numbersOf(all), (e) => `isFinite(${e})`),
        '_kql_n',
        (n) => `if(length(${n}) = length(${all}) AND length(${n}) > 1, ${body(n)}, NULL)`,
      ),
    ),
  );
}

/** Numbers that describe a whole series. */
export const seriesStatsFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_sum: folded((l) => `arraySum(${l})`),
  series_product: folded((l) => `arrayProduct(${l})`),
  series_magnitude: folded((l) => `sqrt(${squares(l)})`),
  series_dot_product: dotProduct,
  series_cosine_similarity: cosine,
  series_pearson_correlation: pearson,
  series_stats_dynamic: stats,
  series_fit_line_dynamic: fitLine,
};
