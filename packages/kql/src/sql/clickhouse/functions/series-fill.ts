import { at, isNullConstant, isNumber } from '../../common/arguments.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { arrayOf, elements, jsonValue } from './json.ts';
import { areWhole, overArray, real, realJson, series } from './series.ts';
import { double, lambda, mapped, once } from './values.ts';

/** Is the element one that stands for a missing value? Null unless the query names another number. */
function missing(element: string, placeholder: Arg | undefined, call: CallContext): string {
  if (placeholder === undefined || isNullConstant(placeholder)) return `${element} = 'null'`;
  if (!isNumber(placeholder.type)) return call.refuse(`${call.name} with a ${placeholder.type} for missing values`);
  return `ifNull(${real(element)} = ${double(placeholder)}, false)`;
}

/** The place of every value that is there, 0 where one is missing. */
function present(list: string, placeholder: Arg | undefined, call: CallContext): string {
  const place = lambda('_kql_i', (i) => `if(${missing(`${list}[${i}]`, placeholder, call)}, 0, ${i})`);
  return `arrayMap(${place}, arrayEnumerate(${list}))`;
}

function indexed(list: string, body: (i: string) => string): string {
  return arrayOf(`arrayMap(${lambda('_kql_i', body)}, arrayEnumerate(${list}))`);
}

/** The nearest place with a value on either side, 0 for none. */
const before = (places: string, i: string) => `arrayMax(arraySlice(${places}, 1, ${i}))`;
const behind = (places: string, i: string) =>
  once(
    `arrayFilter(_kql_p -> _kql_p > 0, arraySlice(${places}, ${i}))`,
    '_kql_q',
    (q) => `if(empty(${q}), 0, ${q}[1])`,
  );

/** `series_fill_forward`, `series_fill_backward`: the nearest value on one side; beyond the last one nothing changes. */
function carried(nearest: (places: string, i: string) => string): ScalarFunction {
  return {
    emit: (args, call) =>
      overArray(series(args, call), (j) =>
        once(elements(j), '_kql_l', (l) =>
          once(present(l, args[1], call), '_kql_p', (p) =>
            indexed(l, (i) => once(nearest(p, i), '_kql_n', (n) => `${l}[if(${n} = 0, ${i}, ${n})]`)),
          ),
        ),
      ),
  };
}

const fillConst: ScalarFunction = {
  emit: (args, call) =>
    overArray(series(args, call), (j) =>
      arrayOf(mapped(elements(j), (e) => `if(${missing(e, args[2], call)}, ${jsonValue(at(args, 1))}, ${e})`)),
    ),
};

/** `series_fill_linear`: the line between the neighbours, cut to whole numbers in a series of such; the nearest value at
 *  the edges unless they are to stay; the constant where there is no value at all. */
const fillLinear: ScalarFunction = {
  emit(args, call) {
    const edges = args[2] === undefined ? true : args[2].constant;
    if (typeof edges !== 'boolean') return call.refuse(`${call.name} needs a constant for filling the edges`);
    const nothing = args[3] === undefined ? `'0.0'` : jsonValue(at(args, 3));
    return overArray(series(args, call), (j) =>
      once(elements(j), '_kql_l', (l) =>
        once(present(l, args[1], call), '_kql_p', (p) => {
          const between = (from: string, to: string, i: string, isWhole: string): string => {
            const [a, b] = [real(`${l}[${from}]`), real(`${l}[${to}]`)];
            const value = `${a} + (${b} - ${a}) * (toInt64(${i}) - ${from}) / (${to} - ${from})`;
            return once(value, '_kql_v', (v) => `if(${isWhole}, toString(toInt64(${v})), ${realJson(v, call.span)})`);
          };
          const body = (i: string, isWhole: string) =>
            once(`toInt64(${before(p, i)})`, '_kql_a', (a) =>
              once(`toInt64(${behind(p, i)})`, '_kql_b', (b) => {
                const edge = edges ? `${l}[greatest(${a}, ${b})]` : `${l}[${i}]`;
                return `multiIf(${p}[${i}] != 0, ${l}[${i}], ${a} = 0 AND ${b} = 0, ${nothing}, ${a} = 0 OR ${b} = 0, ${edge}, ${between(a, b, i, isWhole)})`;
              }),
            );
          return once(areWhole(l), '_kql_w', (w) => indexed(l, (i) => body(i, w)));
        }),
      ),
    );
  },
};

/** Missing values of a series (series-fill-const-function.md and its like). */
export const seriesFillFunctions: Readonly<Record<string, ScalarFunction>> = {
  series_fill_const: fillConst,
  series_fill_forward: carried(before),
  series_fill_backward: carried(behind),
  series_fill_linear: fillLinear,
};
