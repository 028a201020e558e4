import type { Relation } from '../plan/relation.ts';
import type { Dialect } from './dialect.ts';
import type { Item } from './select.ts';

/** What a scalar needs from its surroundings to become SQL. */
export interface Surroundings {
  readonly dialect: Dialect;
  readonly items: ReadonlyMap<number, Item>;
  /** A subquery that gives one column. */
  subquery(query: Relation, column: number, limit?: string): { readonly sql: string; readonly nullable: boolean };
  /** A subquery that gathers one column. */
  gather(query: Relation, column: number): string;
}
