import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { at, once } from './values.ts';

/** The coefficients of a filter, which must be known while compiling. */
function coefficients(args: readonly Arg[], index: number, call: CallContext): readonly number[] {
  const constant = at(args, index).constant;
  const json = constant !== null && typeof constant === 'object' ? constant.json : undefined;
  const numbers = Array.isArray(json) ? json.map(Number) : [];
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
    return call.refuse(`${call.name} needs a constant array of numbers as filter`, 'write dynamic([1, 1, 1])');
  }
  return numbers;
}

function flag(args: readonly Arg[], index: number, otherwise: boolean, call: CallContext): boolean {
  const value = args[index] === undefined ? otherwise : args[index].constant;
  return typeof value === 'boolean' ? value : call.refuse(`${call.name} needs constants behind its filter`);
}

function number(value: number): string {
  return `CAST(${value} AS DOUBLE)`;
}

/** The weighted sum of a list's numbers at the place `_kql_ni` and the places in front of it; what is not there adds
 *  nothing. */
function weighted(list: string, weights: readonly number[], place: (back: number) => string): string {
  const terms = weights.map(
    (weight, back) => `coalesce(${list}[nullif(greatest(${place(back)}, 0), 0)], 0) * ${number(weight)}`,
  );
  return `(${terms.join(' + ')})`;
}

/** `series_fir`: each value from itself and those in front, or with `center` from those on both sides. */
const fir: ScalarFunction = {
  emit(args, call) {
    const filter = coefficients(args, 1, call);
    const negative = filter.some((value) => value < 0);
    const normalize = flag(args, 2, !negative, call);
    const center = flag(args, 3, false, call);
    if (center && filter.length % 2 === 0) {
      return call.refuse(`${call.name} centers filters of an odd length here`, 'give a filter of an odd length');
    }
    if (normalize && negative) return `CAST(NULL AS JSON)`;
    const sum = filter.reduce((total, value) => total + value, 0);
    const shift = center ? (filter.length - 1) / 2 : 0;
    return overArray(series(args, call).sql, '_kql_nj', (j) =>
      once(reals(j), '_kql_nl', (l) => {
        const value = weighted(l, filter, (back) => `_kql_ni + ${shift} - ${back}`);
        const scaled = normalize ? `${value} / ${number(sum)}` : value;
        return realsJson(`list_transform(range(1, len(${l}) + 1), lambda _kql_ni: ${scaled})`, call.span);
      }),
    );
  },
};

/** `series_iir`: by the recursion of series-iir-function.md, where what lies in front of the series is 0. */
const iir: ScalarFunction = {
  emit(args, call) {
    const [numerators, denominators] = [coefficients(args, 1, call), coefficients(args, 2, call)];
    const first = denominators[0] ?? 0;
    if (first === 0) return call.refuse(`${call.name} needs a first denominator other than 0`);
    return overArray(series(args, call).sql, '_kql_nj', (j) =>
      once(reals(j), '_kql_nl', (l) => {
        const input = weighted(l, numerators, (back) => `_kql_ni - ${back}`);
        const inputs = `list_transform(range(1, len(${l}) + 1), lambda _kql_ni: [${input}])`;
        const past = denominators
          .slice(1)
          .map(
            (weight, index) =>
              ` - ${number(weight)} * coalesce(_kql_na[nullif(greatest(len(_kql_na) - ${index}, 0), 0)], 0)`,
          )
          .join('');
        const value = `(_kql_ne[1]${past}) / ${number(first)}`;
        const start = 'CAST([] AS DOUBLE[])';
        return realsJson(
          `list_reduce(${inputs}, lambda _kql_na, _kql_ne: list_append(_kql_na, ${value}), ${start})`,
          call.span,
        );
      }),
    );
  },
};

export const seriesFilterFunctions: Readonly<Record<string, ScalarFunction>> = { series_fir: fir, series_iir: iir };
