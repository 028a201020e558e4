import { conditional, single, type Where } from '../../common/aggregate-filter.ts';
import { at, constantInteger, never } from '../../common/arguments.ts';
import type { Aggregate, Arg, CallContext } from '../../emit.ts';
import { mergedBags } from '../functions/bags.ts';
import { arrayOf, elements, entries, isArray, jsonValue } from '../functions/json.ts';
import { lambda, once } from '../functions/values.ts';

/** The values as JSON texts in the order of the input, where it has one. `groupArray` leaves out NULL. */
function gathered(value: string, where: string, call: CallContext): string {
  if (call.order === undefined) return `groupArray(${value})${where}`;
  const rows = `groupArray((${value}, ${call.order}))${where}`;
  return `arrayMap(_kql_o -> _kql_o.1, arraySort(_kql_o -> _kql_o.2, ${rows}))`;
}

/** The second argument caps the length. */
function capped(list: string, limit: Arg | undefined, call: CallContext): string {
  if (limit === undefined) return list;
  const size = constantInteger(limit);
  return size === undefined ? call.refuse(`${call.name} needs a constant size`) : `arraySlice(${list}, 1, ${size})`;
}

/** Nulls are left out, but a null inside a dynamic column is an element, and so is each element of an array there. */
const makeList = single((args, where, call) => {
  const value = at(args, 0);
  if (value.type === 'dynamic') {
    return arrayOf(capped(`arrayFlatten(${gathered(parts(value.sql), where(), call)})`, args[1], call));
  }
  const there = value.nullable ? where(`isNotNull(${value.sql})`) : where();
  return arrayOf(capped(gathered(`ifNull(${jsonValue(value)}, '')`, there, call), args[1], call));
}, never);

const makeListWithNulls = single(
  (args, where, call) => arrayOf(gathered(`ifNull(${jsonValue(at(args, 0))}, 'null')`, where(), call)),
  never,
);

/** Each value once, in order of value, which Kusto leaves open. Of a dynamic column the arrays' elements count. */
const makeSet = single((args, where, call) => {
  const value = at(args, 0);
  if (value.type === 'dynamic') return arrayOf(capped(dynamicSet(value.sql, where), args[1], call));
  const there = value.nullable ? where(`isNotNull(${value.sql})`) : where();
  const list = `arraySort(groupUniqArray(${value.nullable ? `assumeNotNull(${value.sql})` : value.sql})${there})`;
  const json = lambda('_kql_x', (sql) => jsonValue({ sql, type: value.type, nullable: false, span: value.span }));
  return arrayOf(`arrayMap(${json}, ${capped(list, args[1], call)})`);
}, never);

function dynamicSet(sql: string, where: Where): string {
  return `arraySort(arrayDistinct(arrayFlatten(groupArray(${parts(sql)})${where(`isNotNull(${sql})`)})))`;
}

/** Of an array its elements count, one by one. */
function parts(sql: string): string {
  return once(sql, '_kql_j', (j) => `if(${isArray(j)}, ${elements(j)}, [ifNull(${j}, 'null')])`);
}

/** One bag of all bags; of a key in several the first value met. */
const makeBag = single(
  (args, where) => mergedBags(`arrayFlatten(groupArray(${entries(at(args, 0).sql)})${where()})`),
  never,
);

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
