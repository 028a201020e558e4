import type { Constant } from '../sql/emit.ts';
import type { KqlType, Span } from '../types.ts';
import type { Relation } from './relation.ts';

/** A column of a plan. The id is unique in the whole plan; names need not be. */
export interface PlanColumn {
  readonly id: number;
  readonly name: string;
  readonly type: KqlType;
}

/** A column of the input, by its id. */
export interface ColumnNode {
  readonly kind: 'column';
  readonly id: number;
  readonly type: KqlType;
  readonly span: Span;
}

export interface ConstantNode {
  readonly kind: 'constant';
  readonly value: Constant;
  readonly type: KqlType;
  readonly span: Span;
}

/** The query's one `now()`. */
export interface NowNode {
  readonly kind: 'now';
  readonly type: 'datetime';
  readonly span: Span;
}

/** A scalar function or operator by KQL's name for it, or one of Weir's own helpers (sql/duckdb/internal.ts). */
export interface CallNode {
  readonly kind: 'call';
  readonly family: 'function' | 'operator' | 'internal';
  readonly name: string;
  readonly args: readonly Scalar[];
  readonly type: KqlType;
  readonly span: Span;
}

/** `toscalar(…)`: the first column of the first row; no row is null. */
export interface ScalarQueryNode {
  readonly kind: 'scalarQuery';
  readonly query: Relation;
  readonly column: number;
  readonly type: KqlType;
  readonly span: Span;
}

/** A relation's column as one dynamic array. */
export interface ListQueryNode {
  readonly kind: 'listQuery';
  readonly query: Relation;
  readonly column: number;
  readonly type: 'dynamic';
  readonly span: Span;
}

/** `x in (subquery)`: membership in a column of a relation. */
export interface InQueryNode {
  readonly kind: 'inQuery';
  readonly operand: Scalar;
  readonly query: Relation;
  readonly column: number;
  readonly negated: boolean;
  readonly ignoreCase: boolean;
  readonly type: 'bool';
  readonly span: Span;
}

/** A scalar over the serialized rows of the input (`row_number()`, `prev(x)`…). Where `restart` is given, rows with the
 *  same value of it count by themselves. */
export interface WindowNode {
  readonly kind: 'window';
  readonly name: 'row_number' | 'prev' | 'next' | 'row_cumsum';
  readonly args: readonly Scalar[];
  readonly restart: Scalar | undefined;
  readonly order: readonly OrderKey[];
  /** Other rows are only counted, as for a rank: they are no part of this row. */
  readonly counts?: true;
  readonly type: KqlType;
  readonly span: Span;
}

/** One capture of a regular expression over a text: `''` where nothing matches or, with `matched`, whether it does. */
export interface CaptureNode {
  readonly kind: 'capture';
  readonly operand: Scalar;
  /** RE2 source. */
  readonly pattern: string;
  /** Number of the group, or 'matched'. */
  readonly group: number | 'matched';
  readonly type: KqlType;
  readonly span: Span;
}

/** One aggregate of a `summarize`; `output` picks among the columns of `arg_max`, `percentiles` and their like. */
export interface AggregateNode {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly args: readonly Scalar[];
  readonly output: number;
  /** The order of the input's rows, for aggregates whose value shows it. */
  readonly order: readonly OrderKey[];
  readonly type: KqlType;
  readonly span: Span;
}

export type Scalar =
  | ColumnNode
  | ConstantNode
  | NowNode
  | CallNode
  | ScalarQueryNode
  | ListQueryNode
  | InQueryNode
  | WindowNode
  | CaptureNode
  | AggregateNode;

/** A key of an order. */
export interface OrderKey {
  readonly by: Scalar;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}
