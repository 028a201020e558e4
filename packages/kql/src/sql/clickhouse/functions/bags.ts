import { at, constantText, never, requireText } from '../../common/arguments.ts';
import { namesIn } from '../../common/paths.ts';
import type { Arg, ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { arrayOf, elements, entries, isArray, isObject, isText, jsonValue, member, objectOf, quoted } from './json.ts';
import { stringForm } from './text-form.ts';
import { lambda, mapped, once, text, unless } from './values.ts';

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

/** `bag_has_key(bag, key)`; a constant path of names looks into inner bags. */
const hasKey: ScalarFunction = {
  emit(args, call) {
    const key = constantText(at(args, 1));
    const names = key?.startsWith('$') ? namesIn(key, call) : undefined;
    const inner = names?.slice(0, -1).reduce((bag, name) => member(bag, literal(name)), at(args, 0).sql);
    const last = names === undefined ? text(at(args, 1)) : literal(names.at(-1) ?? '');
    return once(at(args, 0).sql, '_kql_j', (j) => `if(${isObject(j)}, has(${keysOf(inner ?? j)}, ${last}), NULL)`);
  },
};

/** `pack_all(true)` over keys and values in pairs: null and the empty text are left out. */
const packFilled: ScalarFunction = {
  emit: (args, call) =>
    once(pack.emit(args, call), '_kql_j', (j) =>
      objectOf(`arrayFilter(${lambda('_kql_e', (e) => `${e}.2 NOT IN ('null', '""')`)}, ${entries(j)})`),
    ),
  nullable: never,
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

/** `bag_set_key(bag, key or path, value)`. On the way a path makes the bags that are not there; the changed key goes
 *  last where it stands, and its neighbours stay in order. */
const setKey: ScalarFunction = {
  emit(args, call) {
    const names = namesIn(requireText(args, 1, call, 'the key'), call);
    const value = `ifNull(${jsonValue(at(args, 2))}, 'null')`;
    return once(at(args, 0).sql, '_kql_j', (j) => `if(${isObject(j)}, ${withPath(j, names, value)}, NULL)`);
  },
};

function withPath(bag: string, names: readonly string[], value: string): string {
  const [name = '', ...rest] = names;
  const inner = rest.length === 0 ? value : once(member(bag, literal(name)), '_kql_b', (b) => withPath(b, rest, value));
  const others = `arrayFilter(${lambda('_kql_e', (e) => `${e}.1 != ${literal(name)}`)}, ${entries(bag)})`;
  return objectOf(`arrayPushBack(${others}, (${literal(name)}, assumeNotNull(${inner})))`);
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
    return once(at(args, 0).sql, '_kql_j', (j) => `if(${isObject(j)}, ${without(j, paths)}, NULL)`);
  },
};

function without(bag: string, paths: readonly (readonly string[])[]): string {
  const here = paths.filter((path) => path.length === 1).map(([name = '']) => literal(name));
  const inside = new Set(paths.filter((path) => path.length > 1).map(([name = '']) => name));
  const kept =
    here.length === 0
      ? entries(bag)
      : `arrayFilter(${lambda('_kql_e', (e) => `${e}.1 NOT IN (${here.join(', ')})`)}, ${entries(bag)})`;
  if (inside.size === 0) return objectOf(kept);
  const changed = mapped(kept, (e) => {
    const branches = [...inside].map((name) => {
      const deeper = paths.filter((path) => path[0] === name && path.length > 1).map((path) => path.slice(1));
      return `${e}.1 = ${literal(name)} AND ${isObject(`${e}.2`)}, ${without(`${e}.2`, deeper)}`;
    });
    return `(${e}.1, multiIf(${branches.join(', ')}, ${e}.2))`;
  });
  return objectOf(changed);
}

/** `bag_zip(keys, values)`: a key without a value gets null, a value without a key and a key that is no text are passed
 *  over. */
const zip: ScalarFunction = {
  emit(args) {
    const [names, values] = [at(args, 0).sql, at(args, 1).sql];
    const pairs = once(elements(names), '_kql_a', (a) =>
      once(elements(values), '_kql_b', (b) => {
        const texts = `arrayFilter(${lambda('_kql_n', (n) => isText(`${a}[${n}]`))}, arrayEnumerate(${a}))`;
        const pair = lambda(
          '_kql_n',
          (n) => `(JSONExtractString(${a}[${n}]), if(${b}[${n}] = '', 'null', ${b}[${n}]))`,
        );
        return `arrayMap(${pair}, ${texts})`;
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
      (j) => `if(${isArray(j)}, ifNull(has(${elements(j)}, ${jsonValue(at(args, 1))}), false), NULL)`,
    ),
};

/** Both arrays hold the same values, whatever their order and number. */
const setEquals: ScalarFunction = {
  emit: (args) => setsOf(args, (a, b) => `(length(${a}) = length(${b}) AND hasAll(${a}, ${b}))`),
};

/** `jaccard_index`: the common values' share of all values; of two empty sets NaN. */
const jaccard: ScalarFunction = {
  emit: (args) =>
    setsOf(args, (a, b) =>
      once(
        `toInt64(length(arrayIntersect(${a}, ${b})))`,
        '_kql_c',
        (c) => `${c} / (toInt64(length(${a})) + toInt64(length(${b})) - ${c})`,
      ),
    ),
};

function setsOf(args: readonly Arg[], body: (a: string, b: string) => string): string {
  const [left, right] = [at(args, 0).sql, at(args, 1).sql];
  const result = once(`arrayDistinct(${elements(left)})`, '_kql_a', (a) =>
    once(`arrayDistinct(${elements(right)})`, '_kql_b', (b) => body(a, b)),
  );
  return `if(${isArray(left)} AND ${isArray(right)}, ${result}, NULL)`;
}

/** How deep bags and arrays may lie in each other: SQL has no function that calls itself here. */
const deepest = 4;

/** `dynamic_to_json`: keys in order at every depth. */
const toJson: ScalarFunction = {
  emit(args) {
    const arg = at(args, 0);
    return arg.type === 'dynamic' ? `ifNull(${ordered(arg.sql, deepest)}, 'null')` : stringForm(arg);
  },
  nullable: never,
};

function ordered(json: string, depth: number): string {
  return once(json, '_kql_j', (j) => {
    const isNested = `${isArray(j)} OR ${isObject(j)}`;
    if (depth === 0) return unless(isNested, `WK002: dynamic_to_json goes ${deepest} levels deep here`, j);
    const list = arrayOf(mapped(elements(j), (e) => ordered(e, depth - 1)));
    const bag = objectOf(
      mapped(`arraySort(_kql_p -> _kql_p.1, ${entries(j)})`, (e) => `(${e}.1, ${ordered(`${e}.2`, depth - 1)})`),
    );
    return `multiIf(${isArray(j)}, ${list}, ${isObject(j)}, ${bag}, ${j})`;
  });
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
  set_union: set((lists) => `arrayConcat(${lists.join(', ')})`),
  set_intersect: filteredBy(''),
  set_difference: filteredBy('NOT '),
  set_has_element: setHasElement,
  set_equals: setEquals,
  jaccard_index: jaccard,
  dynamic_to_json: toJson,
};
