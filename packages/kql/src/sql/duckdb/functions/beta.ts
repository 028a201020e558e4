import type { ScalarFunction } from '../../emit.ts';
import { nan, ofReals } from './special.ts';
import { once } from './values.ts';

const logBeta = (a: string, b: string) => `(lgamma(${a}) + lgamma(${b}) - lgamma(${a} + ${b}))`;

/** The terms of the continued fraction: enough for parameters up to 10000, which need about the root of the larger. */
const terms = 1000;

/** The continued fraction of the incomplete beta function, from its last term upward; good for `x` below the mean. */
function fraction(x: string, a: string, b: string): string {
  const odd = `-(${a} + _kql_m) * (${a} + ${b} + _kql_m) * ${x} / (${a} + 2 * _kql_m) / (${a} + 2 * _kql_m + 1)`;
  const even = `_kql_m * (${b} - _kql_m) * ${x} / (${a} + 2 * _kql_m - 1) / (${a} + 2 * _kql_m)`;
  const term = `list_transform([CAST(_kql_n // 2 AS DOUBLE)], lambda _kql_m: CASE WHEN _kql_n % 2 = 1 THEN ${odd} ELSE ${even} END)[1]`;
  const all = `list_transform(range(${terms}, 0, -1), lambda _kql_n: ${term})`;
  return `list_reduce(${all}, lambda _kql_f, _kql_d: 1e0 + _kql_d / _kql_f, 1e0)`;
}

/** The part of the distribution below `x`, which is not 0 and not 1; `y` is 1 - `x`. */
function below(x: string, y: string, a: string, b: string): string {
  const part = (x: string, y: string, a: string, b: string) =>
    `exp(${a} * ln(${x}) + ${b} * ln(${y}) - ${logBeta(a, b)}) / ${a} / ${fraction(x, a, b)}`;
  return `CASE WHEN ${x} < (${a} + 1) / (${a} + ${b} + 2) THEN ${part(x, y, a, b)} ELSE 1e0 - ${part(y, x, b, a)} END`;
}

const noShape = (a: string, b: string) => `${a} <= 0 OR ${b} <= 0 OR ${a} > 10000 OR ${b} > 10000`;
const anyNaN = (names: readonly string[]) => names.map((name) => `isnan(${name})`).join(' OR ');

/** The densities at the ends depend on the shape; inside they are a formula. */
const betaPdf = ofReals(
  ([x = '', a = '', b = '']) =>
    `CASE WHEN ${anyNaN([x, a, b])} OR ${x} < 0 OR ${x} > 1 OR ${noShape(a, b)} THEN ${nan} ` +
    `WHEN ${x} = 0 OR ${x} = 1 THEN error('WK002: beta_pdf at 0 and 1 is not documented') ` +
    `ELSE exp((${a} - 1) * ln(${x}) + (${b} - 1) * ln(1e0 - ${x}) - ${logBeta(a, b)}) END`,
);

const betaCdf = ofReals(
  ([x = '', a = '', b = '']) =>
    `CASE WHEN ${anyNaN([x, a, b])} OR ${x} < 0 OR ${x} > 1 OR ${noShape(a, b)} THEN ${nan} ` +
    `WHEN ${x} = 0 OR ${x} = 1 THEN ${x} ELSE ${once(`1e0 - ${x}`, '_kql_y', (y) => below(x, y, a, b))} END`,
);

/** The place where the distribution reaches `p`, by halving. The page's rows have no value for a `p` above 1 and NaN for
 *  a shape below 0, where its note has the two the other way round; what neither shows stops the query. */
const betaInv = ofReals(([p = '', a = '', b = '']) => {
  const high = once('1e0 - _kql_x', '_kql_y', (y) => `${below('_kql_x', y, a, b)} < ${p}`);
  const half = once(
    '(_kql_s[1] + _kql_s[2]) / 2',
    '_kql_x',
    (x) => `CASE WHEN ${high} THEN [${x}, _kql_s[2]] ELSE [_kql_s[1], ${x}] END`,
  );
  const search = `list_reduce(list_transform(range(100), lambda _kql_i: [0e0, 1e0]), lambda _kql_s, _kql_t: ${half}, [0e0, 1e0])[2]`;
  const found = once(
    search,
    '_kql_r',
    (r) => `CASE WHEN ${r} < 1e-15 THEN error('WK002: beta_inv below 1e-15 is not computed') ELSE ${r} END`,
  );
  return (
    `CASE WHEN ${anyNaN([p, a, b])} OR ${p} <= 0 OR ${a} > 10000 OR ${b} > 10000 OR ${p} > 1 AND (${a} <= 0 OR ${b} <= 0) ` +
    `THEN error('WK002: beta_inv of a probability of 0 or less, or of a shape above 10000, is not documented') ` +
    `WHEN ${p} > 1 THEN NULL WHEN ${a} <= 0 OR ${b} <= 0 THEN ${nan} WHEN ${p} = 1 THEN 1e0 ELSE ${found} END`
  );
});

/** `welch_test(mean, variance, count, mean, variance, count)`: how probable means so far apart are, on both sides, where
 *  the two are the same. */
const welchTest = ofReals(([m1 = '', v1 = '', n1 = '', m2 = '', v2 = '', n2 = '']) => {
  const [e1, e2] = [`${v1} / ${n1}`, `${v2} / ${n2}`];
  const freedom = `pow(${e1} + ${e2}, 2) / (pow(${e1}, 2) / (${n1} - 1) + pow(${e2}, 2) / (${n2} - 1))`;
  const square = `pow(${m1} - ${m2}, 2) / (${e1} + ${e2})`;
  const known = `isfinite(${m1}) AND isfinite(${m2}) AND isfinite(${v1}) AND isfinite(${v2}) AND ${v1} >= 0 AND ${v2} >= 0 AND ${v1} + ${v2} > 0 AND ${n1} > 1 AND ${n2} > 1 AND ${n1} + ${n2} <= 20000`;
  const p = once(freedom, '_kql_w', (w) =>
    once(square, '_kql_q', (q) => {
      const inside = once(`${w} / (${w} + ${q})`, '_kql_x', (x) =>
        once(`${q} / (${w} + ${q})`, '_kql_y', (y) => once(`${w} / 2`, '_kql_a', (a) => below(x, y, a, '0.5e0'))),
      );
      return `CASE WHEN ${q} = 0 THEN 1e0 ELSE ${inside} END`;
    }),
  );
  return `CASE WHEN ${known} THEN ${p} ELSE error('WK002: welch_test needs two counts above 1, of 20000 together at most, and a variance') END`;
});

/** The beta distribution and the test that rests on it (pages beta-cdf-function, beta-inv-function, beta-pdf-function,
 *  welch-test-function), to about eleven digits; shapes of thousands cost one. */
export const betaFunctions: Readonly<Record<string, ScalarFunction>> = {
  beta_pdf: betaPdf,
  beta_cdf: betaCdf,
  beta_inv: betaInv,
  welch_test: welchTest,
};
