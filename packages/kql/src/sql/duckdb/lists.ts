import type { KqlType } from '../../types.ts';
import type { Lists } from '../dialect.ts';
import { pointerTo } from './functions/json.ts';

export const lists: Lists = {
  series,
  // The elements of an array; one bag, or one pair, for each key; null and a scalar stand for themselves. JSON's own
  // null is null here.
  expansion: (value, pairs) => {
    const entry = `${pairs ? 'json_array' : 'json_object'}(k, json_extract(v, ${pointerTo('k')}))`;
    return (
      `list_transform([${value}], lambda v: CASE json_type(v) ` +
      `WHEN 'ARRAY' THEN list_transform(CAST(v AS JSON[]), lambda e: nullif(e, CAST('null' AS JSON))) ` +
      `WHEN 'OBJECT' THEN list_transform(json_keys(v), lambda k: CAST(${entry} AS JSON)) ELSE [v] END)[1]`
    );
  },
  first: (list, count) => `list_slice(${list}, 1, ${count})`,
  places: (lists) => `range(greatest(${lists.map((list) => `len(${list})`).join(', ')}))`,
  // Several in one SELECT zip and pad.
  unnest: (from, lists) => ({ from, columns: lists.map((list) => `unnest(${list})`) }),
  gather: (value) => `coalesce(CAST(to_json(list(${value})) AS JSON), CAST('[]' AS JSON))`,
};

function series(from: string, to: string, step: string, type: KqlType): string {
  if (type !== 'real') {
    const [a, b, s] = [from, to, step].map((sql) => `CAST(${sql} AS BIGINT)`);
    const list = `generate_series(${a}, ${b}, ${s})`;
    return type === 'int' ? `CAST(${list} AS INTEGER[])` : list;
  }
  const [a, b, s] = [from, to, step].map((sql) => `CAST(${sql} AS DOUBLE)`);
  return `list_transform(generate_series(0, CAST(floor((${b} - ${a}) / ${s}) AS BIGINT)), lambda i: ${a} + i * ${s})`;
}
