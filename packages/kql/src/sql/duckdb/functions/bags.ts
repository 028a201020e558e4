import { namesIn } from '../../common/paths.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { dynamicToJson } from './canonical.ts';
import { elements, isArray, isObject, jsonValue } from './json.ts';
import { stringForm } from './text-form.ts';
import { at, constantText, never, once, requireText, text } from './values.ts';

/** `bag_pack(key, value, …)` and its older names. */
const pack: ScalarFunction = {
  emit(args, call) {
    if (args.length % 2 === 1) return call.refuse(`${call.name} takes keys and values in pairs`);
    const keys = args.filter((_, i) => i % 2 === 0).map((arg) => arg.constant);
    if (
      keys.some((key) => typeof key === 'string') &&
      new Set(keys).size < keys.filter((key) => key !== undefined).length
    ) {
      return call.refuse(`${call.name} has one key twice`);
    }
    return `json_object(${args.map((arg, i) => (i % 2 === 0 ? stringForm(arg) : jsonValue(arg))).join(', ')})`;
  },
  nullable: never,
};

/** `pack_all(true)` over keys and values in pairs: null and the empty text are left out. */
const packFilled: ScalarFunction = {
  emit: (args, call) =>
    once(
      pack.emit(args, call),
      '_kql_j',
      (j) =>
        `to_json(map_from_entries(list_filter(${entries(j)}, lambda _kql_e: coalesce(json_extract_string(_kql_e.value, '$'), '') <> '')))`,
    ),
  nullable: never,
};

const keys: ScalarFunction = {
  emit: (args) => once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isObject(j)} THEN to_json(json_keys(${j})) END`),
};

/** `bag_has_key(bag, key)`; a constant path of names looks into inner bags. */
const hasKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key?.startsWith('$')) {
      const pointer = pointerOf(namesIn(key, call));
      return once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isObject(j)} THEN json_exists(${j}, ${pointer}) END`);
    }
    return once(
      at(args, 0).sql,
      '_kql_j',
      (j) => `CASE WHEN ${isObject(j)} THEN list_contains(json_keys(${j}), ${text(at(args, 1))}) END`,
    );
  },
};

/** The JSON pointer to a member of members. */
function pointerOf(names: readonly string[]): string {
  return literal(names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}

function entries(json: string): string {
  return `map_entries(from_json(${json}, '"MAP(VARCHAR, JSON)"'))`;
}

/** An object of entries; of equal keys the first counts. */
export function merged(parts: readonly string[]): string {
  return once(
    `list_concat(${parts.join(', ')})`,
    '_kql_l',
    (l) =>
      `to_json(map_from_entries(list_filter(${l}, lambda _kql_e, _kql_i: list_position(list_transform(${l}, lambda _kql_x: _kql_x.key), _kql_e.key) = _kql_i)))`,
  );
}

export function entriesOrNone(json: string): string {
  return `CASE WHEN ${isObject(json)} THEN ${entries(json)} ELSE [] END`;
}

/** `bag_merge`: of a key in several bags the first bag's value. */
const merge: ScalarFunction = {
  emit(args) {
    const any = args.map((arg) => `coalesce(${isObject(arg.sql)}, false)`).join(' OR ');
    return `CASE WHEN ${any} THEN ${merged(args.map((arg) => entriesOrNone(arg.sql)))} END`;
  },
};

/** `bag_set_key(bag, key or path, value)`. On the way a path makes the bags that are not there; the changed key goes
 *  last where it stands, and its neighbours stay in order. */
const setKey: ScalarFunction = {
  emit(args, call) {
    const names = namesIn(requireText(args, 1, call, 'the key'), call);
    const value = `coalesce(${jsonValue(at(args, 2))}, CAST('null' AS JSON))`;
    return once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isObject(j)} THEN ${withPath(j, names, value, 0)} END`);
  },
};

function withKey(bag: string, key: string, value: string): string {
  const others = `list_filter(${entriesOrNone(bag)}, lambda _kql_e: _kql_e.key <> ${key})`;
  return `to_json(map_from_entries(list_concat(${others}, [{'key': ${key}, 'value': ${value}}])))`;
}

function withPath(bag: string, names: readonly string[], value: string, depth: number): string {
  const [name = '', ...rest] = names;
  if (rest.length === 0) return withKey(bag, literal(name), value);
  const inner = once(`json_extract(${bag}, ${pointerOf([name])})`, `_kql_b${depth}`, (b) =>
    withPath(b, rest, value, depth + 1),
  );
  return withKey(bag, literal(name), inner);
}

/** `bag_remove_keys(bag, keys)`: constant names, or paths of names that reach into inner bags. */
const removeKeys: ScalarFunction = {
  emit(args, call) {
    const constant = at(args, 1).constant;
    const given = constant !== null && typeof constant === 'object' ? constant.json : undefined;
    if (!Array.isArray(given) || given.some((name) => typeof name !== 'string')) {
      return call.refuse('bag_remove_keys needs a constant array of names');
    }
    const paths = given.map((path) => namesIn(path, call));
    return once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isObject(j)} THEN ${without(j, paths, 0)} END`);
  },
};

function without(bag: string, paths: readonly (readonly string[])[], depth: number): string {
  const here = paths.filter((path) => path.length === 1).map(([name = '']) => literal(name));
  const inside = new Set(paths.filter((path) => path.length > 1).map(([name = '']) => name));
  const item = `_kql_e${depth}`;
  const kept =
    here.length === 0
      ? entries(bag)
      : `list_filter(${entries(bag)}, lambda ${item}: ${item}.key NOT IN (${here.join(', ')}))`;
  const branches = [...inside].map((name) => {
    const deeper = paths.filter((path) => path[0] === name && path.length > 1).map((path) => path.slice(1));
    return `WHEN ${item}.key = ${literal(name)} AND ${isObject(`${item}.value`)} THEN ${without(`${item}.value`, deeper, depth + 1)}`;
  });
  const changed =
    branches.length === 0
      ? kept
      : `list_transform(${kept}, lambda ${item}: {'key': ${item}.key, 'value': CASE ${branches.join(' ')} ELSE ${item}.value END})`;
  return `to_json(map_from_entries(${changed}))`;
}

/** `bag_zip(keys, values)`: a key without a value gets null, a value without a key and a key that is no text are passed
 *  over. */
const zip: ScalarFunction = {
  emit(args) {
    const [names, values] = [at(args, 0).sql, at(args, 1).sql];
    const texts = `list_filter(range(1, len(${elements(names)}) + 1), lambda _kql_i: json_type(${elements(names)}[_kql_i]) = 'VARCHAR')`;
    const pairs =
      `list_transform(${texts}, lambda _kql_i: {'key': json_extract_string(${elements(names)}[_kql_i], '$'), ` +
      `'value': coalesce(${elements(values)}[_kql_i], CAST('null' AS JSON))})`;
    return `CASE WHEN ${isArray(names)} AND ${isArray(values)} THEN ${merged([pairs])} END`;
  },
};

/** Typed values, kept where they first occur. */
function unique(list: string): string {
  return once(list, '_kql_l', (l) => `list_filter(${l}, lambda _kql_e, _kql_i: list_position(${l}, _kql_e) = _kql_i)`);
}

function set(combine: (lists: readonly string[]) => string): ScalarFunction {
  return {
    emit(args) {
      const all = args.map((arg) => isArray(arg.sql)).join(' AND ');
      return `CASE WHEN ${all} THEN to_json(${unique(combine(args.map((arg) => elements(arg.sql))))}) END`;
    },
  };
}

const setUnion = set((lists) => `list_concat(${lists.join(', ')})`);

const setIntersect = set(([first = '[]', ...rest]) =>
  rest.length === 0
    ? first
    : `list_filter(${first}, lambda _kql_e: ${rest.map((list) => `list_contains(${list}, _kql_e)`).join(' AND ')})`,
);

const setDifference = set(([first = '[]', ...rest]) =>
  rest.length === 0
    ? first
    : `list_filter(${first}, lambda _kql_e: ${rest.map((list) => `NOT list_contains(${list}, _kql_e)`).join(' AND ')})`,
);

const setHasElement: ScalarFunction = {
  emit: (args) =>
    once(
      at(args, 0).sql,
      '_kql_j',
      (j) =>
        `CASE WHEN ${isArray(j)} THEN coalesce(list_contains(${elements(j)}, ${jsonValue(at(args, 1))}), false) END`,
    ),
};

/** Both arrays hold the same values, whatever their order and number. */
const setEquals: ScalarFunction = {
  emit: (args) => setsOf(args, (a, b) => `(len(${a}) = len(${b}) AND list_has_all(${a}, ${b}))`),
};

/** `jaccard_index`: the common values' share of all values; of two empty sets NaN. */
const jaccard: ScalarFunction = {
  emit: (args) =>
    setsOf(args, (a, b) => {
      const common = `len(list_filter(${a}, lambda _kql_e: list_contains(${b}, _kql_e)))`;
      return `CAST(${common} AS DOUBLE) / (len(${a}) + len(${b}) - ${common})`;
    }),
};

function setsOf(args: readonly Arg[], body: (a: string, b: string) => string): string {
  const [left, right] = [at(args, 0).sql, at(args, 1).sql];
  const sets = [left, right].map((sql) => `list_distinct(${elements(sql)})`);
  const result = once(`[${sets.join(', ')}]`, '_kql_s', (s) => body(`${s}[1]`, `${s}[2]`));
  return `CASE WHEN ${isArray(left)} AND ${isArray(right)} THEN ${result} END`;
}

export const bagFunctions: Readonly<Record<string, ScalarFunction>> = {
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
  pack_all: packFilled,
  bag_keys: keys,
  bag_has_key: hasKey,
  bag_merge: merge,
  bag_set_key: setKey,
  bag_remove_keys: removeKeys,
  bag_zip: zip,
  set_union: setUnion,
  set_intersect: setIntersect,
  set_difference: setDifference,
  set_has_element: setHasElement,
  set_equals: setEquals,
  jaccard_index: jaccard,
  dynamic_to_json: dynamicToJson,
};
