import type { Arg, ScalarFunction } from '../../emit.ts';
import { elements, isArray, isObject, jsonValue } from './json.ts';
import { stringForm } from './text-form.ts';
import { at, constantText, never, once, text } from './values.ts';

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

const keys: ScalarFunction = {
  emit: (args) => once(at(args, 0).sql, '_kql_j', (j) => `CASE WHEN ${isObject(j)} THEN to_json(json_keys(${j})) END`),
};

const hasKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key?.startsWith('$')) return call.refuse('bag_has_key with a path', 'test the member with isnotnull');
    return once(
      at(args, 0).sql,
      '_kql_j',
      (j) => `CASE WHEN ${isObject(j)} THEN list_contains(json_keys(${j}), ${text(at(args, 1))}) END`,
    );
  },
};

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

const setKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key === undefined || key.startsWith('$')) return call.refuse('bag_set_key needs a constant key, not a path');
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const added = `[{'key': ${text(at(args, 1))}, 'value': coalesce(${jsonValue(at(args, 2))}, CAST('null' AS JSON))}]`;
      return `CASE WHEN ${isObject(j)} THEN ${merged([added, entries(j)])} END`;
    });
  },
};

/** `bag_remove_keys(bag, keys)`: constant names, no paths. */
const removeKeys: ScalarFunction = {
  emit(args, call) {
    const constant = at(args, 1).constant;
    const names = constant !== null && typeof constant === 'object' ? constant.json : undefined;
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string' || name.startsWith('$'))) {
      return call.refuse('bag_remove_keys needs a constant array of names, no paths');
    }
    return once(
      at(args, 0).sql,
      '_kql_j',
      (j) =>
        `CASE WHEN ${isObject(j)} THEN to_json(map_from_entries(list_filter(${entries(j)}, lambda _kql_e: NOT list_contains(${names.length === 0 ? '[]' : `json_extract_string(${at(args, 1).sql}, '$[*]')`}, _kql_e.key)))) END`,
    );
  },
};

/** `bag_zip(keys, values)`: as long as the shorter one. */
const zip: ScalarFunction = {
  emit(args) {
    const [names, values] = [at(args, 0).sql, at(args, 1).sql];
    const pairs = `list_transform(list_zip(json_extract_string(${names}, '$[*]'), ${elements(values)}, true), lambda _kql_z: {'key': _kql_z[1], 'value': _kql_z[2]})`;
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

/** `dynamic_to_json`: the canonical text, keys in order. */
const toJson: ScalarFunction = {
  emit: (_args: readonly Arg[], call) =>
    call.refuse('dynamic_to_json', 'use tostring(…); only the order of keys differs'),
};

export const bagFunctions: Readonly<Record<string, ScalarFunction>> = {
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
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
  dynamic_to_json: toJson,
};
