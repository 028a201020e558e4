import type { Constant } from '../sql/emit.ts';
import type { ConstantNode, OrderKey, PlanColumn, Scalar } from './scalar.ts';

/** A named table of the schema. */
export interface ScanNode {
  readonly kind: 'scan';
  readonly table: string;
  /** `source` is the column's name in the table. */
  readonly columns: readonly (PlanColumn & { readonly source: string })[];
}

/** Constant rows (`datatable`, `print` over no table). */
export interface ValuesNode {
  readonly kind: 'values';
  readonly columns: readonly PlanColumn[];
  readonly rows: readonly (readonly Constant[])[];
}

/** `range x from a to b step s`. */
export interface RangeNode {
  readonly kind: 'range';
  readonly column: PlanColumn;
  readonly from: Scalar;
  readonly to: Scalar;
  readonly step: Scalar;
}

export interface FilterNode {
  readonly kind: 'filter';
  readonly input: Relation;
  readonly predicate: Scalar;
}

/** Exactly these columns. One whose value is the input's column of the same id is passed through. */
export interface ProjectNode {
  readonly kind: 'project';
  readonly input: Relation;
  readonly columns: readonly Defined[];
}

export interface Defined {
  readonly column: PlanColumn;
  readonly value: Scalar;
}

export interface SummarizeNode {
  readonly kind: 'summarize';
  readonly input: Relation;
  readonly groups: readonly Defined[];
  readonly aggregates: readonly Defined[];
}

/** One arbitrary row for each different key (`innerunique`); null keys are one key. */
export interface UniqueNode {
  readonly kind: 'unique';
  readonly input: Relation;
  readonly keys: readonly Scalar[];
}

export type JoinKind = 'inner' | 'leftouter' | 'rightouter' | 'fullouter' | 'leftsemi' | 'leftanti';

/** The output is the left columns, then the right ones, under their own ids; semi and anti joins give the left only.
 *  Keys match when both are null. A side without a partner is null, and `''` in string columns. */
export interface JoinNode {
  readonly kind: 'join';
  readonly join: JoinKind;
  readonly left: Relation;
  readonly right: Relation;
  readonly on: readonly { readonly left: Scalar; readonly right: Scalar }[];
}

/** All rows of all inputs. `inputs[i].columns[j]` is the id of the input's column that becomes `columns[j]`. */
export interface UnionNode {
  readonly kind: 'union';
  readonly columns: readonly PlanColumn[];
  readonly inputs: readonly { readonly input: Relation; readonly columns: readonly number[] }[];
}

export interface SortNode {
  readonly kind: 'sort';
  readonly input: Relation;
  readonly keys: readonly OrderKey[];
}

export interface TakeNode {
  readonly kind: 'take';
  readonly input: Relation;
  readonly count: Scalar;
}

/** `mv-expand`: the arrays of a row zip to the longest; null gives one row, empty arrays alone none. */
export interface ExpandNode {
  readonly kind: 'expand';
  readonly input: Relation;
  readonly items: readonly { readonly column: PlanColumn; readonly value: Scalar; readonly pairs: boolean }[];
  readonly index: PlanColumn | undefined;
  readonly limit: bigint | undefined;
}

/** `scan`: goes over the rows of each part in the order of `place`, which counts them from 1, and carries a state along.
 *  Each row comes out with what the stages compute of it and of the state in front of it; a stage sees those before. */
export interface IterateNode {
  readonly kind: 'iterate';
  readonly input: Relation;
  /** A column of the input. */
  readonly place: PlanColumn;
  /** A column of the input; rows with the same value are one part. Without it all rows are. */
  readonly part: PlanColumn | undefined;
  /** Each column of the state: its value in front of the first row, and the column whose value it takes after a row. */
  readonly state: readonly { readonly column: PlanColumn; readonly first: ConstantNode; readonly next: number }[];
  readonly stages: readonly (readonly Defined[])[];
}

/** A table that is computed once however often it is used (`materialize`). The same `key` means the same rows. */
export interface SharedNode {
  readonly kind: 'shared';
  readonly key: number;
  readonly input: Relation;
  readonly columns: readonly (PlanColumn & { readonly source: number })[];
}

export type Relation =
  | ScanNode
  | ValuesNode
  | RangeNode
  | FilterNode
  | ProjectNode
  | SummarizeNode
  | UniqueNode
  | JoinNode
  | UnionNode
  | SortNode
  | TakeNode
  | ExpandNode
  | IterateNode
  | SharedNode;

/** A whole query: the relation and its visible columns in order; others only carry the order. */
export interface Plan {
  readonly relation: Relation;
  readonly columns: readonly PlanColumn[];
}
