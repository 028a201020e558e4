import type { Arg, CallContext } from '../../emit.ts';
import { elements, isArray, jsonValue } from './json.ts';
import { at, double, isInteger, isNumber, once, wrapped64 } from './values.ts';

/** One side of a function over series: a dynamic array, or a number that serves every place. */
export interface Side {
  readonly arg: Arg;
  readonly isScalar: boolean;
}

export function side(arg: Arg, call: CallContext): Side {
  if (arg.type === 'dynamic') return { arg, isScalar: false };
  if (isNumber(arg.type)) return { arg, isScalar: true };
  return call.refuse(`${call.name} of a ${arg.type}`, 'give an array of numbers, as of make_list or make-series');
}

/** The series of a function that takes one. */
export function series(args: readonly Arg[], call: CallContext): Arg {
  const arg = at(args, 0);
  return arg.type === 'dynamic' ? arg : call.refuse(`${call.name} of a ${arg.type}`, 'give an array of numbers');
}

/** A number of JSON as DOUBLE; what is not a number is NULL. Reals without digits stand in JSON as their names. */
export function real(element: string): string {
  return (
    `CASE json_type(${element}) WHEN 'DOUBLE' THEN CAST(${element} AS DOUBLE) WHEN 'BIGINT' THEN CAST(${element} AS DOUBLE) ` +
    `WHEN 'UBIGINT' THEN CAST(${element} AS DOUBLE) WHEN 'VARCHAR' THEN CASE json_extract_string(${element}, '$') ` +
    `WHEN 'NaN' THEN CAST('nan' AS DOUBLE) WHEN 'Infinity' THEN CAST('inf' AS DOUBLE) ` +
    `WHEN '-Infinity' THEN CAST('-inf' AS DOUBLE) END END`
  );
}

/** The elements of a JSON array as DOUBLE[]. */
export function reals(json: string): string {
  return `list_transform(${elements(json)}, lambda _kql_re: ${real('_kql_re')})`;
}

/** Holds the array whole numbers and nulls only? */
export function isWhole(json: string): string {
  return `len(list_filter(${elements(json)}, lambda _kql_we: json_type(_kql_we) NOT IN ('BIGINT', 'UBIGINT', 'NULL'))) = 0`;
}

/** A DOUBLE as it stands inside a dynamic. */
export function realJson(sql: string, span: Arg['span']): string {
  return jsonValue({ sql, type: 'real', nullable: true, span });
}

/** A DOUBLE[] as a dynamic array. */
export function realsJson(list: string, span: Arg['span']): string {
  return `to_json(list_transform(${list}, lambda _kql_rj: ${realJson('_kql_rj', span)}))`;
}

/** A value of an array's places; NULL where the argument is not an array. */
export function overArray(json: string, name: `_kql_${string}`, body: (json: string) => string): string {
  return once(json, name, (j) => `CASE WHEN ${isArray(j)} THEN ${body(j)} END`);
}

/** Two sides, place by place up to the longer one's end. `whole` serves where all numbers are whole. */
export function zipped(
  [left, right]: readonly [Side, Side],
  body: { readonly real: (x: string, y: string) => string; readonly whole?: (x: string, y: string) => string },
): string {
  const json = (item: Side, name: `_kql_${string}`, then: (sql: string) => string): string =>
    once(item.isScalar ? double(item.arg) : item.arg.sql, name, then);
  return json(left, '_kql_za', (a) =>
    json(right, '_kql_zb', (b) => {
      const arrays = [...(left.isScalar ? [] : [a]), ...(right.isScalar ? [] : [b])];
      const guard = arrays.map((item) => `coalesce(${isArray(item)}, false)`).join(' AND ');
      const length = `greatest(${arrays.map((item) => `json_array_length(${item})`).join(', ')})`;
      const places = `range(1, CAST(${length} AS BIGINT) + 1)`;
      const realPath = realSide(left, a, '_kql_zx', (x) =>
        realSide(right, b, '_kql_zy', (y) => `to_json(list_transform(${places}, lambda _kql_zi: ${body.real(x, y)}))`),
      );
      const { whole } = body;
      const isWholeSide = (item: Side, sql: string): string =>
        item.isScalar ? String(isInteger(item.arg.type)) : isWhole(sql);
      if (whole === undefined) return `CASE WHEN ${guard} THEN ${realPath} END`;
      const wholePath = wholeSide(left, a, '_kql_zv', (x) =>
        wholeSide(
          right,
          b,
          '_kql_zw',
          (y) => `to_json(list_transform(${places}, lambda _kql_zi: ${wrapped64(whole(x, y))}))`,
        ),
      );
      return (
        `CASE WHEN ${guard} THEN CASE WHEN ${isWholeSide(left, a)} AND ${isWholeSide(right, b)} ` +
        `THEN ${wholePath} ELSE ${realPath} END END`
      );
    }),
  );
}

function realSide(item: Side, sql: string, name: `_kql_${string}`, then: (value: string) => string): string {
  return item.isScalar ? then(sql) : once(reals(sql), name, (list) => then(`${list}[_kql_zi]`));
}

function wholeSide(item: Side, sql: string, name: `_kql_${string}`, then: (value: string) => string): string {
  if (item.isScalar) return then(`CAST(${item.arg.sql} AS HUGEINT)`);
  return once(elements(sql), name, (list) => then(`TRY_CAST(${list}[_kql_zi] AS HUGEINT)`));
}
