import type { KqlType } from '../../types.ts';
import type { Lists } from '../dialect.ts';
import { arrayOf, elements, entries, isArray, isObject, objectOf, quoted } from './functions/json.ts';
import { mapped, once } from './functions/values.ts';

export const lists: Lists = {
  series,
  // The elements of an array; one bag, or one pair, for each key; null and a scalar stand for themselves. JSON's own
  // null is null here.
  expansion: (value, pairs) =>
    once(value, '_kql_v', (v) => {
      const entry = (e: string) => (pairs ? arrayOf(`[${quoted(`${e}.1`)}, ${e}.2]`) : objectOf(`[${e}]`));
      const values = mapped(elements(v), (e) => `nullIf(${e}, 'null')`);
      return `multiIf(${isArray(v)}, ${values}, ${isObject(v)}, ${mapped(entries(v), (e) => `toNullable(${entry(e)})`)}, [${v}])`;
    }),
  first: (list, count) => `arraySlice(${list}, 1, ${count})`,
  places: (lists) => `range(toInt64(${longest(lists)}))`,
  unnest(from, lists, alias) {
    const columns = lists.map(() => alias());
    const length = longest(lists);
    const joined = lists.map((list, index) => {
      const padded = lists.length === 1 ? list : `arrayResize(${list}, ${length}, NULL)`;
      return `${padded} AS ${columns[index]}`;
    });
    return { from: `${from ?? 'system.one'}\nARRAY JOIN ${joined.join(', ')}`, columns };
  },
  gather: (value) => arrayOf(`groupArray(ifNull(${value}, 'null'))`),
};

function longest(lists: readonly string[]): string {
  const lengths = lists.map((list) => `length(${list})`);
  return lengths.length === 1 ? (lengths[0] ?? '0') : `greatest(${lengths.join(', ')})`;
}

function series(from: string, to: string, step: string, type: KqlType): string {
  const cast = type === 'real' ? 'toFloat64' : 'toInt64';
  const [a, b, s] = [from, to, step].map((sql) => `${cast}(${sql})`);
  const count = type === 'real' ? `floor((${b} - ${a}) / ${s})` : `intDivOrNull(${b} - ${a}, ${s})`;
  const value = mapped(`range(toUInt64(greatest(ifNull(${count}, -1) + 1, 0)))`, (i) => `${a} + ${cast}(${i}) * ${s}`);
  return type === 'int' ? mapped(value, (i) => `toInt32(${i})`) : value;
}
