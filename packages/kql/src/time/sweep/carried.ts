import type { Defined, Relation } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';

/** A relation at all moments at once: a row stands in it once, with the moments from `enter` up to, but without, `exit`
 *  at which the query's relation has it. A row of the query may be several rows here, at moments apart. */
export interface Carried {
  readonly relation: Relation;
  /** Absent where every row is there at all moments. */
  readonly interval: Interval | undefined;
  /** The rows of the data behind each row, by the column that holds them in the query's own plan. */
  readonly lineage: ReadonlyMap<number, Lineage>;
  /** Columns of the query whose values depend on `now()`: they stand in no row, but are put in where they are read.
   *  Undefined where that could not be right. */
  readonly moving: ReadonlyMap<number, Scalar | undefined>;
  /** At no moment do two rows come from one row of the data. */
  readonly alone: boolean;
}

/** Moments as ticks, both in the plan's type `long`. */
export interface Interval {
  readonly enter: PlanColumn;
  readonly exit: PlanColumn;
}

export interface Lineage {
  /** Columns of lists with at most one id each. */
  readonly ids: readonly PlanColumn[];
  readonly groups: readonly GroupOf[];
}

/** A row was made of a group: its rows are the members that are there while it is, and have its values of `by`. */
export interface GroupOf {
  readonly members: Members;
  readonly by: readonly PlanColumn[];
  /** Equal for two rows of one group only where they are made of the same ids; null where there is no group. */
  readonly mark: PlanColumn;
}

/** The rows of the groups of a `summarize`: each id with the moments at which it stands in its group. */
export interface Members {
  readonly relation: Relation;
  readonly by: readonly PlanColumn[];
  readonly id: PlanColumn;
  readonly interval: Interval;
}

export const noLineage: Lineage = { ids: [], groups: [] };

export function bothOf(lineages: readonly Lineage[]): Lineage {
  return { ids: lineages.flatMap(({ ids }) => ids), groups: lineages.flatMap(({ groups }) => groups) };
}

/** The columns that a row needs beside those of the query. */
export function hiddenOf({ interval, lineage }: Carried): readonly PlanColumn[] {
  const behind = [...lineage.values()].flatMap(({ ids, groups }) => [
    ...ids,
    ...groups.flatMap(({ by, mark }) => [...by, mark]),
  ]);
  return [...(interval === undefined ? [] : [interval.enter, interval.exit]), ...behind];
}

export function read({ id, type }: PlanColumn): Scalar {
  return { kind: 'column', id, type, span: { start: 0, length: 0 } };
}

export function passed(column: PlanColumn): Defined {
  return { column, value: read(column) };
}

/** The relation with exactly these columns, each once. */
export function project(input: Relation, columns: readonly Defined[]): Relation {
  return { kind: 'project', input, columns: [...new Map(columns.map((each) => [each.column.id, each])).values()] };
}

export function filter(input: Relation, predicate: Scalar): Relation {
  return { kind: 'filter', input, predicate };
}
