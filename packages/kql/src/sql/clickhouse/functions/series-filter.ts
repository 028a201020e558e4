import { at } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { lambda, once } from './values.ts';

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

/** The weighted sum of a list's numbers at some places; what is not there adds nothing. */
function weighted(list: string, weights: readonly number[], place: (back: number) => string): string {
  const terms = weights.map((weight, back) => {
    const at = place(back);
    return `if(${at} < 1, 0, ifNull(${list}[greatest(${at}, 1)], 0)) * toFloat64(${weight})`;
  });
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
    if (normalize && negative) return 'CAST(NULL AS Nullable(String))';
    const sum = filter.reduce((total, value) => total + value, 0);
    const shift = center ? (filter.length - 1) / 2 : 0;
    return overArray(series(args, call), (j) =>
      once(reals(j), '_kql_l', (l) => {
        const value = (i: string) => weighted(l, filter, (back) => `(toInt64(${i}) + ${shift - back})`);
        const scaled = lambda('_kql_i', (i) => (normalize ? `${value(i)} / toFloat64(${sum})` : value(i)));
        return realsJson(`arrayMap(${scaled}, arrayEnumerate(${l}))`, call.span);
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
    return overArray(series(args, call), (j) =>
      once(reals(j), '_kql_l', (l) => {
        const input = lambda('_kql_i', (i) => weighted(l, numerators, (back) => `(toInt64(${i}) - ${back})`));
        const inputs = `arrayMap(${input}, arrayEnumerate(${l}))`;
        const past = denominators
          .slice(1)
          .map((weight, index) => ` - toFloat64(${weight}) * if(length(_kql_a) > ${index}, _kql_a[-${index + 1}], 0)`)
          .join('');
        const step = `(_kql_a, _kql_e) -> arrayPushBack(_kql_a, (_kql_e${past}) / toFloat64(${first}))`;
        return realsJson(`arrayFold(${step}, ${inputs}, CAST([] AS Array(Float64)))`, call.span);
      }),
    );
  },
};

export const seriesFilterFunctions: Readonly<Record<string, ScalarFunction>> = { series_fir: fir, series_iir: iir };
