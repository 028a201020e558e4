import type { Dialect } from '../dialect.ts';
import { aggregates } from './aggregates/index.ts';
import { columnType, constant } from './constant.ts';
import { scalarFunctions } from './functions/index.ts';
import { pattern } from './functions/regex.ts';
import { dynamicText, fold } from './functions/values.ts';
import { internal } from './internal.ts';
import { lists } from './lists.ts';
import { operators } from './operators/index.ts';
import { identifier } from './quote.ts';

/** ClickHouse 26: values are held as constant.ts says, NULL as Nullable types. */
export const clickhouse: Dialect = {
  functions: scalarFunctions,
  operators,
  aggregates,
  internal,
  constant,
  // Whole numbers wrap.
  sumAs: (sql, type) => (type === 'int' ? `toInt32(${sql})` : sql),
  // Its `max_parser_depth` is 1000.
  deepest: 250,
  // Its `max_query_size` is 262 144 bytes.
  longest: 200_000,
  lambda: undefined,
  now: '{now:Int64}',
  identifier,
  joins: {
    inner: 'JOIN',
    leftouter: 'LEFT JOIN',
    rightouter: 'RIGHT JOIN',
    fullouter: 'FULL JOIN',
    leftsemi: 'LEFT SEMI JOIN',
    leftanti: 'LEFT ANTI JOIN',
  },
  // A join compares reals by their digits, because NaN is a key like others in KQL.
  joined(left, right) {
    const real = left.type === 'real' || right.type === 'real';
    const [a, b] = real ? [left, right].map(({ sql }) => `toString(toFloat64(${sql}) + 0)`) : [left.sql, right.sql];
    return `${a} ${left.nullable && right.nullable ? 'IS NOT DISTINCT FROM' : '='} ${b}`;
  },
  lists,
  // NaN stands next to null, as in KQL.
  orderBy: (sql, _type, ascending, nullsFirst) =>
    `${sql} ${ascending ? 'ASC' : 'DESC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
  firstMet: 'min(rowNumberInAllBlocks())',
  // Its aggregates have no order of their own: they sort rows by a tuple.
  orderWithin: (keys) => `tuple(${keys.map(sortable).join(', ')})`,
  fold,
  capture: (text, re2, group) =>
    group === 'matched' ? `match(${text}, ${pattern(re2)})` : `regexpExtract(${text}, ${pattern(re2)}, ${group})`,
  textOf: dynamicText,
  counted: (sql) => `toInt64(${sql})`,
  // Without a row there it would be 0 where the type has no NULL.
  neighbour(which, value, offset, otherwise, over) {
    const name = which === 'prev' ? 'lag' : 'lead';
    const own = value.type === 'string' ? value.sql : `toNullable(${value.sql})`;
    return `${name}(${[own, offset, ...(otherwise === undefined ? [] : [otherwise])].join(', ')}) ${over}`;
  },
  output: (sql, type) => (type === 'bool' ? `CAST(${sql} AS ${columnType(type)})` : sql),
  ending:
    '\nSETTINGS join_use_nulls = 1, enable_materialized_cte = 1, max_recursive_cte_evaluation_depth = 1000000, output_format_json_escape_forward_slashes = 0',
};

/** A key as a tuple that sorts ascending as the key does: the places of null and NaN first, then the value, turned
 *  around for a descending order (a number by its negation, a text by the complement of its bytes). */
function sortable({ sql, type, ascending, nullsFirst }: Parameters<Dialect['orderWithin']>[0][number]): string {
  const [none, nan, other] = nullsFirst ? [0, 1, 2] : [2, 1, 0];
  if (type === 'string') return ascending ? sql : `concat(bitNot(${sql}), '\\xFF')`;
  if (type === 'real') {
    const value = `ifNull(${ascending ? '' : '-'}${sql}, 0)`;
    return `tuple(multiIf(isNull(${sql}), ${none}, isNaN(${sql}), ${nan}, ${other}), if(isNaN(${value}), 0, ${value}))`;
  }
  const value = ascending || type === 'guid' ? sql : `bitNot(${type === 'bool' ? `toInt8(${sql})` : sql})`;
  return `tuple(if(isNull(${sql}), ${none}, ${other}), assumeNotNull(${value}))`;
}
