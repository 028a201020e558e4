import { at, isInteger, isNumber } from '../../common/arguments.ts';
import type { Arg, CallContext } from '../../emit.ts';
import { arrayOf, elements, isArray, isNumber as isJsonNumber, isWhole as isJsonWhole, jsonValue } from './json.ts';
import { double, lambda, long, mapped, once } from './values.ts';

/** One side of a function over series: a dynamic array, or a number that serves every place. */
export interface Side {
  readonly arg: Arg;
  readonly isScalar: boolean;
}

export function side(arg: Arg, call: CallContext): Side {
  if (arg.type === 'dynamic') return { arg, isScalar: false };
  if (isNumber(arg.type) && arg.type !== 'decimal') return { arg, isScalar: true };
  return call.refuse(`${call.name} of a ${arg.type}`, 'give an array of numbers, as of make_list or make-series');
}

/** The series of a function that takes one. */
export function series(args: readonly Arg[], call: CallContext): string {
  const arg = at(args, 0);
  return arg.type === 'dynamic' ? arg.sql : call.refuse(`${call.name} of a ${arg.type}`, 'give an array of numbers');
}

/** A number of JSON as Float64; what is not a number is NULL. Reals without digits stand in JSON as their names. */
export function real(element: string): string {
  return once(
    element,
    '_kql_r',
    (e) =>
      `multiIf(${isJsonNumber(e)}, toFloat64OrNull(${e}), ${e} = '"NaN"', nan, ${e} = '"Infinity"', inf, ${e} = '"-Infinity"', -inf, NULL)`,
  );
}

/** The elements of a JSON array as Array(Nullable(Float64)). */
export function reals(json: string): string {
  return mapped(elements(json), real);
}

/** Holds the list whole numbers and nulls only? */
export function areWhole(list: string): string {
  return `arrayAll(${lambda('_kql_e', (e) => `${e} = 'null' OR ${isJsonWhole(e)}`)}, ${list})`;
}

/** A Float64 as it stands inside a dynamic. */
export function realJson(sql: string, span: Arg['span']): string {
  return jsonValue({ sql, type: 'real', nullable: true, span });
}

/** A list of Float64 as a dynamic array. */
export function realsJson(list: string, span: Arg['span']): string {
  return arrayOf(mapped(list, (value) => realJson(value, span)));
}

/** A value of an array's places; NULL where the argument is not an array. */
export function overArray(json: string, body: (json: string) => string): string {
  return once(json, '_kql_j', (j) => `if(${isArray(j)}, ${body(j)}, NULL)`);
}

/** Two sides, place by place up to the longer one's end, each place as a JSON text. `whole` serves where all numbers are
 *  whole. */
export function zipped(
  sides: readonly [Side, Side],
  body: { readonly real: (x: string, y: string) => string; readonly whole?: (x: string, y: string) => string },
): string {
  const [left, right] = sides;
  const listOf = (item: Side, then: (sql: string) => string): string =>
    item.isScalar ? then('') : once(elements(item.arg.sql), '_kql_l', then);
  return listOf(left, (a) =>
    listOf(right, (b) => {
      const lists = [...(left.isScalar ? [] : [a]), ...(right.isScalar ? [] : [b])];
      const arrays = sides.filter((item) => !item.isScalar).map((item) => `ifNull(${isArray(item.arg.sql)}, false)`);
      const lengths = lists.map((list) => `length(${list})`);
      const length = lengths.length === 1 ? lengths[0] : `greatest(${lengths.join(', ')})`;
      const over = (value: (i: string) => string) =>
        arrayOf(`arrayMap(${lambda('_kql_i', value)}, range(1, ${length} + 1))`);
      const realAt = (item: Side, list: string, i: string) =>
        item.isScalar ? double(item.arg) : real(`${list}[${i}]`);
      const wholeAt = (item: Side, list: string, i: string) =>
        item.isScalar ? long(item.arg) : `toInt64OrNull(${list}[${i}])`;
      const ofReals = over((i) =>
        once(realAt(left, a, i), '_kql_x', (x) => once(realAt(right, b, i), '_kql_y', (y) => body.real(x, y))),
      );
      const { whole } = body;
      const wholeSide = (item: Side, list: string) =>
        item.isScalar ? String(isInteger(item.arg.type)) : areWhole(list);
      const value =
        whole === undefined
          ? ofReals
          : `if(${wholeSide(left, a)} AND ${wholeSide(right, b)}, ${over((i) => `toString(${whole(wholeAt(left, a, i), wholeAt(right, b, i))})`)}, ${ofReals})`;
      return `if(${arrays.join(' AND ')}, ${value}, NULL)`;
    }),
  );
}
