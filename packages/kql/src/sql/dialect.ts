import type { JoinKind } from '../plan/relation.ts';
import type { KqlType } from '../types.ts';
import type { Aggregate, Arg, Constant, ScalarFunction } from './emit.ts';

/** What one engine does its own way. The generic renderer (relation.ts, scalar.ts) writes all else. */
export interface Dialect {
  readonly functions: Readonly<Record<string, ScalarFunction>>;
  readonly operators: Readonly<Record<string, ScalarFunction>>;
  readonly aggregates: Readonly<Record<string, Aggregate>>;
  /** Weir's own helpers, which no query can name. */
  readonly internal: Readonly<Record<string, ScalarFunction>>;
  /** A typed constant. */
  constant(value: Constant, type: KqlType): string;
  /** A sum as its type holds it: whole numbers wrap where they overflow. */
  sumAs(sql: string, type: KqlType): string;
  /** How deeply brackets may nest before the engine's parser gives up. */
  readonly deepest: number;
  /** How many characters the SQL may have. */
  readonly longest: number;
  /** What every lambda has in its SQL, where the engine allows no subquery in one. */
  readonly lambda: string | undefined;
  /** The placeholder of `now()`, ticks. */
  readonly now: string;
  /** A quoted name of a column, table or alias.
   *  @throws Unquotable */
  identifier(name: string): string;
  /** The keywords of each kind of join. */
  readonly joins: Readonly<Record<JoinKind, string>>;
  /** The condition that two keys of a join are the same; null is the same as null. */
  joined(left: Arg, right: Arg): string;
  readonly lists: Lists;
  /** The keys of an `ORDER BY` for one value. */
  orderBy(sql: string, type: KqlType, ascending: boolean, nullsFirst: boolean): string;
  /** An aggregate that puts groups in the order in which their first rows came, where the engine has another: what sorts
   *  equal comes as it mostly does in Kusto. */
  readonly firstMet: string | undefined;
  /** The order of an aggregate's rows as its emitters take it (`CallContext.order`). */
  orderWithin(keys: readonly SortKey[]): string;
  /** Text folded for comparison without case. */
  fold(sql: string): string;
  /** A group of a regular expression, `''` where nothing matches, or whether it matches. */
  capture(text: string, pattern: string, group: number | 'matched'): string;
  /** The text of a dynamic. */
  textOf(value: string): string;
  /** A count, which an engine may hold without a sign, as a long. */
  counted(sql: string): string;
  /** `value` of the row `offset` places before or after in the window `over`; without such a row it is `otherwise` or
   *  null, and `''` for texts. */
  neighbour(which: 'prev' | 'next', value: Arg, offset: string, otherwise: string | undefined, over: string): string;
  /** A value that stands in the result, in exactly the engine's type for it. */
  output(sql: string, type: KqlType): string;
  /** What stands at the end of the SQL, so that it means the same on every connection. */
  readonly ending: string;
}

/** One key of an order as SQL. */
export interface SortKey {
  readonly sql: string;
  readonly type: KqlType;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** The engine's lists, which rows are made from and gathered into. A list is never NULL, its elements may be. */
export interface Lists {
  /** `from`, `from + step`, … up to and including `to`, as values of the type. */
  series(from: string, to: string, step: string, type: KqlType): string;
  /** What `mv-expand` makes of a dynamic value: a list with one element for each row. */
  expansion(value: string, pairs: boolean): string;
  first(list: string, count: bigint): string;
  /** The places of the longest list as longs, from 0. */
  places(lists: readonly string[]): string;
  /** The rows of `from` (none: one row), each once for each place of its longest list; a shorter list gives nulls.
   *  `columns` are the elements, `alias` makes names. */
  unnest(
    from: string | undefined,
    lists: readonly string[],
    alias: () => string,
  ): { readonly from: string | undefined; readonly columns: readonly string[] };
  /** An aggregate: the values of all rows as a dynamic array. */
  gather(value: string): string;
}
