import { conditional, single, type Where } from '../../common/aggregate-filter.ts';
import type { Aggregate, Arg, CallContext } from '../../emit.ts';
import { entriesOrNone, merged } from '../functions/bags.ts';
import { elements, isArray, jsonValue } from '../functions/json.ts';
import { at, constantInteger } from '../functions/values.ts';

const never = () => false;

/** A list of typed values as a dynamic array; `[]` for none. */
export function array(list: string, value: Arg): string {
  const plain =
    value.type === 'dynamic' ||
    value.type === 'string' ||
    value.type === 'long' ||
    value.type === 'int' ||
    value.type === 'bool';
  const item: Arg = { sql: '_kql_x', type: value.type, nullable: value.nullable, span: value.span };
  const converted = plain ? list : `list_transform(${list}, lambda _kql_x: ${jsonValue(item)})`;
  return `coalesce(to_json(${converted}), CAST('[]' AS JSON))`;
}

/** The values in the order of the input, where it has one. */
function ordered(value: Arg, call: CallContext): string {
  return call.order === undefined ? value.sql : `${value.sql} ORDER BY ${call.order}`;
}

/** The second argument caps the length. */
function capped(list: string, limit: Arg | undefined, call: CallContext): string {
  if (limit === undefined) return list;
  const size = constantInteger(limit);
  return size === undefined ? call.refuse(`${call.name} needs a constant size`) : `list_slice(${list}, 1, ${size})`;
}

/** Nulls are left out, but a null inside a dynamic column is an element, and so is each element of an array there. */
const makeList = single((args, where, call) => {
  const value = at(args, 0);
  const list =
    value.type === 'dynamic'
      ? dynamicList(value, where, call)
      : `list(${ordered(value, call)})${where(value.nullable ? `${value.sql} IS NOT NULL` : undefined)}`;
  return array(capped(list, args[1], call), value);
}, never);

const makeListWithNulls = single(
  (args, where, call) => array(`list(${ordered(at(args, 0), call)})${where()}`, at(args, 0)),
  never,
);

/** Each value once, in order of value, which Kusto leaves open. Of a dynamic column the arrays' elements count. */
const makeSet = single((args, where, call) => {
  const value = at(args, 0);
  const list =
    value.type === 'dynamic'
      ? dynamicSet(value, where)
      : `list(DISTINCT ${value.sql} ORDER BY ${value.sql})${where(value.nullable ? `${value.sql} IS NOT NULL` : undefined)}`;
  return array(capped(list, args[1], call), value);
}, never);

export function dynamicList(value: Arg, where: Where, call: CallContext): string {
  return `flatten(list(${ordered({ ...value, sql: parts(value) }, call)})${where()})`;
}

export function dynamicSet(value: Arg, where: Where): string {
  return `list_sort(list_distinct(flatten(list(${parts(value)})${where(`${value.sql} IS NOT NULL`)})))`;
}

/** Of an array its elements count, one by one. */
function parts({ sql }: Arg): string {
  return `CASE WHEN ${isArray(sql)} THEN ${elements(sql)} ELSE [${sql}] END`;
}

/** How many members a bag has at most. */
const largestBag = 1_048_576n;

/** One bag of all bags; of a key in several the first value met. Which members a smaller bag would keep is left open, but
 *  not how many: it is not supported. */
const makeBag = single((args, where, call) => {
  const { sql } = at(args, 0);
  const size = args[1] === undefined ? largestBag : constantInteger(args[1]);
  if (size === undefined || size < largestBag) call.refuse(`${call.name} with a size`, 'make the whole bag');
  return `coalesce(${merged([`flatten(list(${entriesOrNone(sql)})${where()})`])}, CAST('{}' AS JSON))`;
}, never);

export const collectionAggregates: Readonly<Record<string, Aggregate>> = {
  make_list: makeList,
  makelist: makeList,
  make_list_if: conditional(makeList, 1),
  make_list_with_nulls: makeListWithNulls,
  make_set: makeSet,
  makeset: makeSet,
  make_set_if: conditional(makeSet, 1),
  make_bag: makeBag,
  make_bag_if: conditional(makeBag, 1),
  make_dictionary: makeBag,
};
