import type { KqlType } from '../../types.ts';
import type { Dialect } from '../dialect.ts';
import { literal } from '../quote.ts';
import { aggregates } from './aggregates/index.ts';
import { constant } from './constant.ts';
import { scalarFunctions } from './functions/index.ts';
import { pointerTo } from './functions/json.ts';
import { wrapped32, wrapped64 } from './functions/values.ts';
import { internal, internalAggregates } from './internal.ts';
import { operators } from './operators/index.ts';

/** DuckDB 1.5: values are held as types.ts says. */
export const duckdb: Dialect = {
  functions: scalarFunctions,
  operators,
  aggregates: { ...aggregates, ...internalAggregates },
  internal,
  constant,
  sumAs: (sql, type) => (type === 'real' ? sql : type === 'int' ? wrapped32(sql) : wrapped64(sql)),
  // Its `max_expression_depth` is 1000 nodes.
  deepest: 800,
  now: 'CAST($now AS BIGINT)',
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
  // NaN stands next to null in KQL and is the greatest value in DuckDB.
  orderBy: (sql, type, ascending, nullsFirst) => {
    const direction = `${ascending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
    if (type !== 'real') return `${sql} ${direction}`;
    const ranks = nullsFirst ? [0, 1, 2] : [2, 1, 0];
    const rank = `CASE WHEN ${sql} IS NULL THEN ${ranks[0]} WHEN isnan(${sql}) THEN ${ranks[1]} ELSE ${ranks[2]} END`;
    return `${rank}, ${sql} ${direction}`;
  },
  fold: (sql) => `lower(${sql})`,
  capture: (text, pattern, group) =>
    group === 'matched'
      ? `regexp_matches(${text}, ${literal(pattern)})`
      : `regexp_extract(${text}, ${literal(pattern)}, ${group})`,
  listOf: (value) => `coalesce(CAST(to_json(list(${value})) AS JSON), CAST('[]' AS JSON))`,
  textOf: (value) => `coalesce(json_extract_string(${value}, '$'), '')`,
};

function series(from: string, to: string, step: string, type: KqlType): string {
  if (type !== 'real')
    return `generate_series(CAST(${from} AS BIGINT), CAST(${to} AS BIGINT), CAST(${step} AS BIGINT))`;
  const [a, b, s] = [from, to, step].map((sql) => `CAST(${sql} AS DOUBLE)`);
  return `list_transform(generate_series(0, CAST(floor((${b} - ${a}) / ${s}) AS BIGINT)), lambda i: ${a} + i * ${s})`;
}
