import { at, constantText, never } from '../../common/arguments.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { arrayOf, elements, entries, isArray, isObject, jsonValue, objectOf, quoted } from './json.ts';
import { stringForm } from './text-form.ts';
import { dynamicText, lambda, mapped, once, text } from './values.ts';

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
    if (args.length === 0) return `'{}'`;
    const pairs = keys.map((_, i) => `(${stringForm(at(args, 2 * i))}, toNullable(${jsonValue(at(args, 2 * i + 1))}))`);
    return objectOf(`[${pairs.join(', ')}]`);
  },
  nullable: never,
};

const keysOf = (bag: string) => `(${entries(bag)}).1`;

const keys: ScalarFunction = {
  emit: (args) =>
    once(at(args, 0).sql, '_kql_j', (j) => `if(${isObject(j)}, ${arrayOf(mapped(keysOf(j), quoted))}, NULL)`),
};

const hasKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key?.startsWith('$')) return call.refuse('bag_has_key with a path', 'test the member with isnotnull');
    return once(at(args, 0).sql, '_kql_j', (j) => `if(${isObject(j)}, has(${keysOf(j)}, ${text(at(args, 1))}), NULL)`);
  },
};

/** An object of a list of entries; of equal keys the first counts. */
export function mergedBags(list: string): string {
  return once(list, '_kql_l', (l) => {
    const first = lambda('_kql_n', (n) => `indexOf(${l}.1, ${l}[${n}].1) = ${n}`);
    return objectOf(`arrayMap(${lambda('_kql_n', (n) => `${l}[${n}]`)}, arrayFilter(${first}, arrayEnumerate(${l})))`);
  });
}

/** `bag_merge`: of a key in several bags the first bag's value. */
const merge: ScalarFunction = {
  emit(args) {
    const any = args.map((arg) => `ifNull(${isObject(arg.sql)}, false)`).join(' OR ');
    return `if(${any}, ${mergedBags(`arrayConcat(${args.map((arg) => entries(arg.sql)).join(', ')})`)}, NULL)`;
  },
};

const setKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    if (key === undefined || key.startsWith('$')) return call.refuse('bag_set_key needs a constant key, not a path');
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const added = `[(${text(at(args, 1))}, ifNull(${jsonValue(at(args, 2))}, 'null'))]`;
      return `if(${isObject(j)}, ${mergedBags(`arrayConcat(${added}, ${entries(j)})`)}, NULL)`;
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
    const removed = mapped(elements(at(args, 1).sql), dynamicText);
    return once(at(args, 0).sql, '_kql_j', (j) => {
      const kept = `arrayFilter(${lambda('_kql_e', (e) => `NOT has(${removed}, ${e}.1)`)}, ${entries(j)})`;
      return `if(${isObject(j)}, ${objectOf(kept)}, NULL)`;
    });
  },
};

/** `bag_zip(keys, values)`: as long as the shorter one. */
const zip: ScalarFunction = {
  emit(args) {
    const [names, values] = [at(args, 0).sql, at(args, 1).sql];
    const pairs = once(elements(names), '_kql_a', (a) =>
      once(elements(values), '_kql_b', (b) => {
        const pair = lambda('_kql_n', (n) => `(${dynamicText(`${a}[${n}]`)}, ${b}[${n}])`);
        return `arrayMap(${pair}, range(1, least(length(${a}), length(${b})) + 1))`;
      }),
    );
    return `if(${isArray(names)} AND ${isArray(values)}, ${mergedBags(pairs)}, NULL)`;
  },
};

/** Typed values, kept where they first occur. */
function set(combine: (lists: readonly string[]) => string): ScalarFunction {
  return {
    emit(args) {
      const all = args.map((arg) => isArray(arg.sql)).join(' AND ');
      const list = combine(args.map((arg) => elements(arg.sql)));
      const distinct = once(list, '_kql_l', (l) => {
        const first = lambda('_kql_n', (n) => `indexOf(${l}, ${l}[${n}]) = ${n}`);
        return `arrayMap(${lambda('_kql_n', (n) => `${l}[${n}]`)}, arrayFilter(${first}, arrayEnumerate(${l})))`;
      });
      return `if(${all}, ${arrayOf(distinct)}, NULL)`;
    },
  };
}

function filteredBy(word: '' | 'NOT '): ScalarFunction {
  return set(([first = '[]', ...rest]) =>
    rest.length === 0
      ? first
      : `arrayFilter(${lambda('_kql_e', (e) => rest.map((list) => `${word}has(${list}, ${e})`).join(' AND '))}, ${first})`,
  );
}

const setHasElement: ScalarFunction = {
  emit: (args) =>
    once(
      at(args, 0).sql,
      '_kql_j',
      (j) => `if(${isArray(j)}, has(${elements(j)}, ifNull(${jsonValue(at(args, 1))}, 'null')), NULL)`,
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
  set_union: set((lists) => `arrayConcat(${lists.join(', ')})`),
  set_intersect: filteredBy(''),
  set_difference: filteredBy('NOT '),
  set_has_element: setHasElement,
  dynamic_to_json: toJson,
};
