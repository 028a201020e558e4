import type { KqlType } from '../types.ts';
import type { Aggregate, Constant, ScalarFunction } from './emit.ts';

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
  /** The placeholder of `now()`, ticks. */
  readonly now: string;
  /** `from`, `from + step`, … up to and including `to`, as a list to unnest. */
  series(from: string, to: string, step: string, type: KqlType): string;
  /** What `mv-expand` makes of a dynamic value: a list with one element for each row. */
  expansion(value: string, pairs: boolean): string;
  /** The keys of an `ORDER BY` for one value. */
  orderBy(sql: string, type: KqlType, ascending: boolean, nullsFirst: boolean): string;
  /** Text folded for comparison without case. */
  fold(sql: string): string;
  /** A group of a regular expression, `''` where nothing matches, or whether it matches. */
  capture(text: string, pattern: string, group: number | 'matched'): string;
  /** A list query as a dynamic array. */
  listOf(value: string): string;
  /** The text of a dynamic. */
  textOf(value: string): string;
}
