import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { overArray, reals, realsJson, series } from './series.ts';
import { line } from './series-stats.ts';
import { at, constantInteger, constantText, once } from './values.ts';

/** The length of the season: 0 for none. What finds it in the data is not documented, so it must be given. */
function period(arg: Arg | undefined, call: CallContext): number {
  const given = arg === undefined ? -1n : constantInteger(arg);
  if (given === undefined || given < 0n) {
    const advice = `give the number of places of a season, as 24, or 0 for none`;
    return call.refuse(`${call.name} that looks for seasons by itself is not supported`, advice);
  }
  return Number(given);
}

/** The median of the places that lie whole periods apart, for every place up to `length`. */
function seasonal(numbers: string, size: number, length: string): string {
  const phase = `list_filter(${numbers}, lambda _kql_ov, _kql_oi: (_kql_oi - 1) % ${size} = _kql_op)`;
  const medians = `list_transform(range(${size}), lambda _kql_op: list_median(${phase}))`;
  return `list_transform([${medians}], lambda _kql_om: list_transform(range(${length}), lambda _kql_on: _kql_om[_kql_on % ${size} + 1]))[1]`;
}

const seasonalFunction: ScalarFunction = {
  emit(args, call) {
    const size = period(args[1], call);
    if (size === 0) return call.refuse(`${call.name} needs a period above 0`);
    return overArray(series(args, call).sql, '_kql_oj', (j) =>
      once(reals(j), '_kql_ol', (l) => realsJson(seasonal(l, size, `len(${l})`), call.span)),
    );
  },
};

interface Model {
  readonly size: number;
  readonly trend: string;
  /** How many places at the end are not learned from. */
  readonly test: number;
}

/** The components of a series as a bag: seasonal, then the trend of what is left, then the rest (the note of
 *  series-decompose-function.md). */
function decomposed(args: readonly Arg[], { size, trend, test }: Model, call: CallContext): string {
  return overArray(series(args, call).sql, '_kql_oj', (j) =>
    once(reals(j), '_kql_ol', (l) => {
      const learned = test === 0 ? l : `list_slice(${l}, 1, greatest(len(${l}) - ${test}, 0))`;
      const zeros = `list_transform(range(len(${l})), lambda _kql_oz: CAST(0 AS DOUBLE))`;
      const seasons = size === 0 ? zeros : seasonal(learned, size, `len(${l})`);
      return once(seasons, '_kql_os', (s) => {
        const left = `list_transform(${learned}, lambda _kql_ox, _kql_oy: _kql_ox - ${s}[_kql_oy])`;
        return once(trended(left, trend, l, zeros), '_kql_ot', (t) => {
          const baseline = `list_transform(${s}, lambda _kql_ob, _kql_oc: _kql_ob + ${t}[_kql_oc])`;
          const residual = `list_transform(${l}, lambda _kql_od, _kql_oe: _kql_od - (${s}[_kql_oe] + ${t}[_kql_oe]))`;
          const parts = { baseline, seasonal: s, trend: t, residual };
          const pairs = Object.entries(parts).map(([key, list]) => `'${key}', ${realsJson(list, call.span)}`);
          return `json_object(${pairs.join(', ')})`;
        });
      });
    }),
  );
}

function trended(left: string, trend: string, all: string, zeros: string): string {
  if (trend === 'none') return zeros;
  const over = (value: string) => `list_transform(range(len(${all})), lambda _kql_ou: ${value})`;
  return once(left, '_kql_ow', (w) => {
    if (trend === 'avg') return once(`list_avg(${w})`, '_kql_oa', over);
    return line(w, (slope, interception) => over(`${interception} + ${slope} * CAST(_kql_ou AS DOUBLE)`));
  });
}

function trendOf(arg: Arg | undefined, otherwise: string, call: CallContext): string {
  const trend = arg === undefined ? otherwise : constantText(arg);
  return trend === 'avg' || trend === 'linefit' || trend === 'none'
    ? trend
    : call.refuse(`${call.name} knows the trends avg, linefit and none`);
}

function points(arg: Arg | undefined, call: CallContext): number {
  const count = arg === undefined ? 0n : constantInteger(arg);
  return count === undefined || count < 0n
    ? call.refuse(`${call.name} needs a constant number of points`)
    : Number(count);
}

const decompose: ScalarFunction = {
  emit(args, call) {
    const model = { size: period(args[1], call), trend: trendOf(args[2], 'avg', call), test: points(args[3], call) };
    return decomposed(args, model, call);
  },
};

const forecast: ScalarFunction = {
  emit(args, call) {
    const test = points(at(args, 1), call);
    return decomposed(args, { size: period(args[2], call), trend: trendOf(args[3], 'linefit', call), test }, call);
  },
};

/** Series taken apart. `series_decompose` and `series_decompose_forecast` give a bag of their columns here. */
export const seriesDecomposeFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_seasonal: seasonalFunction,
  series_decompose: decompose,
  series_decompose_forecast: forecast,
};
