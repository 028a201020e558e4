import type { KqlType } from '../../types.ts';
import type { Dialect } from '../dialect.ts';
import { identifier, literal } from '../quote.ts';
import { orderList } from '../window.ts';
import { aggregates } from './aggregates/index.ts';
import { constant } from './constant.ts';
import { scalarFunctions } from './functions/index.ts';
import { wrapped32, wrapped64 } from './functions/values.ts';
import { internal, internalAggregates } from './internal.ts';
import { lists } from './lists.ts';
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
  // Far beyond the longest published query; DuckDB has no limit of its own.
  longest: 2_000_000,
  lambda: ' lambda ',
  now: 'CAST($now AS BIGINT)',
  identifier,
  joins: {
    inner: 'JOIN',
    leftouter: 'LEFT JOIN',
    rightouter: 'RIGHT JOIN',
    fullouter: 'FULL JOIN',
    leftsemi: 'SEMI JOIN',
    leftanti: 'ANTI JOIN',
  },
  joined: (left, right) => `${left.sql} ${left.nullable && right.nullable ? 'IS NOT DISTINCT FROM' : '='} ${right.sql}`,
  lists,
  orderBy,
  firstMet: undefined,
  orderWithin: (keys) => orderList(keys, { orderBy }),
  fold: (sql) => `lower(${sql})`,
  capture: (text, pattern, group) =>
    group === 'matched'
      ? `regexp_matches(${text}, ${literal(pattern)})`
      : `regexp_extract(${text}, ${literal(pattern)}, ${group})`,
  textOf: (value) => `coalesce(json_extract_string(${value}, '$'), '')`,
  counted: (sql) => sql,
  neighbour(which, value, offset, otherwise, over) {
    const args = [value.sql, offset, ...(otherwise === undefined ? [] : [otherwise])];
    const shifted = `${which === 'prev' ? 'lag' : 'lead'}(${args.join(', ')}) ${over}`;
    return value.type === 'string' ? `coalesce(${shifted}, '')` : shifted;
  },
  output: (sql) => sql,
  ending: '',
};

/** NaN stands next to null in KQL and is the greatest value in DuckDB. */
function orderBy(sql: string, type: KqlType, ascending: boolean, nullsFirst: boolean): string {
  const direction = `${ascending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
  if (type !== 'real') return `${sql} ${direction}`;
  const ranks = nullsFirst ? [0, 1, 2] : [2, 1, 0];
  const rank = `CASE WHEN ${sql} IS NULL THEN ${ranks[0]} WHEN isnan(${sql}) THEN ${ranks[1]} ELSE ${ranks[2]} END`;
  return `${rank}, ${sql} ${direction}`;
}
