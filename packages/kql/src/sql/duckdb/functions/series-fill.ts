import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { elements, jsonValue } from './json.ts';
import { isWhole, overArray, real, realJson, series } from './series.ts';
import { at, double, isNullConstant, isNumber, once } from './values.ts';

/** Is the element one that stands for a missing value? Null unless the query names another number. */
function missing(element: string, placeholder: Arg | undefined, call: CallContext): string {
  if (placeholder === undefined || isNullConstant(placeholder)) return `json_type(${element}) = 'NULL'`;
  if (!isNumber(placeholder.type)) return call.refuse(`${call.name} with a ${placeholder.type} for missing values`);
  return `coalesce(${real(element)} = ${double(placeholder)}, false)`;
}

/** The place of every value that is there, null where one is missing. */
function present(list: string, placeholder: Arg | undefined, call: CallContext): string {
  return `list_transform(${list}, lambda _kql_me, _kql_mi: CASE WHEN ${missing('_kql_me', placeholder, call)} THEN NULL ELSE _kql_mi END)`;
}

function indexed(list: string, body: string): string {
  return `to_json(list_transform(range(1, len(${list}) + 1), lambda _kql_fi: ${body}))`;
}

const before = (places: string) => `list_max(list_slice(${places}, 1, _kql_fi))`;
const behind = (places: string, list: string) => `list_min(list_slice(${places}, _kql_fi, len(${list})))`;

/** `series_fill_forward`, `series_fill_backward`: the nearest value on one side; beyond the last one nothing changes. */
function carried(direction: 'forward' | 'backward'): ScalarFunction {
  return {
    emit: (args, call) =>
      overArray(series(args, call).sql, '_kql_fj', (j) =>
        once(elements(j), '_kql_fl', (l) =>
          once(present(l, args[1], call), '_kql_fp', (p) => {
            const place = direction === 'forward' ? before(p) : behind(p, l);
            return indexed(l, `${l}[coalesce(${place}, _kql_fi)]`);
          }),
        ),
      ),
  };
}

/** The binder takes the call without its constant, the page names no default for it. */
const fillConst: ScalarFunction = {
  emit(args, call) {
    if (args[1] === undefined)
      return call.refuse(`${call.name} without the constant that fills`, 'Give it as the second argument.');
    const filling = jsonValue(args[1]);
    return overArray(
      series(args, call).sql,
      '_kql_fj',
      (j) =>
        `to_json(list_transform(${elements(j)}, lambda _kql_fe: CASE WHEN ${missing('_kql_fe', args[2], call)} THEN ${filling} ELSE _kql_fe END))`,
    );
  },
};

/** `series_fill_linear`: the line between the neighbours, cut to whole numbers in a series of such; the nearest value at
 *  the edges unless they are to stay; the constant where there is no value at all. */
const fillLinear: ScalarFunction = {
  emit(args, call) {
    const edges = args[2] === undefined ? true : args[2].constant;
    if (typeof edges !== 'boolean') return call.refuse(`${call.name} needs a constant for filling the edges`);
    const nothing = args[3] === undefined ? `CAST('0.0' AS JSON)` : jsonValue(at(args, 3));
    return overArray(series(args, call).sql, '_kql_fj', (j) =>
      once(elements(j), '_kql_fl', (l) =>
        once(present(l, args[1], call), '_kql_fp', (p) => {
          const between = (from: string, to: string): string => {
            const [a, b] = [real(`${l}[${from}]`), real(`${l}[${to}]`)];
            const value = `${a} + (${b} - ${a}) * CAST(_kql_fi - ${from} AS DOUBLE) / CAST(${to} - ${from} AS DOUBLE)`;
            const whole = `to_json(CAST(trunc(_kql_fv) AS BIGINT))`;
            return `list_transform([${value}], lambda _kql_fv: CASE WHEN _kql_fw THEN ${whole} ELSE ${realJson('_kql_fv', call.span)} END)[1]`;
          };
          const body = `list_transform([{'a': ${before(p)}, 'b': ${behind(p, l)}}], lambda _kql_fn: CASE WHEN ${p}[_kql_fi] IS NOT NULL THEN ${l}[_kql_fi] WHEN _kql_fn.a IS NULL AND _kql_fn.b IS NULL THEN ${nothing} WHEN _kql_fn.a IS NULL OR _kql_fn.b IS NULL THEN ${edges ? `${l}[coalesce(_kql_fn.a, _kql_fn.b)]` : `${l}[_kql_fi]`} ELSE ${between('_kql_fn.a', '_kql_fn.b')} END)[1]`;
          return once(isWhole(j), '_kql_fw', () => indexed(l, body));
        }),
      ),
    );
  },
};

/** Missing values of a series (series-fill-const-function.md and its like). */
export const seriesFillFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_fill_const: fillConst,
  series_fill_forward: carried('forward'),
  series_fill_backward: carried('backward'),
  series_fill_linear: fillLinear,
};
