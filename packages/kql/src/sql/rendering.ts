import { columnsOf } from '../plan/columns.ts';
import type { Relation } from '../plan/relation.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import { columnsRead } from '../plan/visitor.ts';
import type { Dialect } from './dialect.ts';
import type { Item, Select } from './select.ts';
import type { Surroundings } from './surroundings.ts';

/** Ids of columns. */
export type Ids = ReadonlySet<number>;

/** What a node's rendering needs of the renderer (relation.ts). */
export interface Rendering {
  readonly dialect: Dialect;
  /** The SELECT of a relation, with at least the `needed` columns. */
  render(node: Relation, needed: Ids): Select;
  /** A SELECT as a subquery that the next one reads from. */
  wrap(select: Select, columns: readonly PlanColumn[]): Select;
  /** A SELECT in a state in which `values` can be computed beside (with `closing`: filter or group) its rows. */
  ready(input: Select, node: Relation, values: readonly Scalar[], closing: boolean): Select;
  around(items: ReadonlyMap<number, Item>): Surroundings;
  /** The SELECT's text with these columns. */
  text(select: Select, columns: readonly PlanColumn[]): string;
  /** A new name for a table of FROM. */
  alias(): string;
}

export function union(a: Ids, b: Ids): Ids {
  return new Set([...a, ...b]);
}

/** The columns that values read. */
export function reads(values: readonly Scalar[]): Ids {
  return new Set(values.flatMap((value) => [...columnsRead(value)]));
}

/** Those of the ids that are columns of the relation. */
export function pick(node: Relation, ids: Ids): Ids {
  return new Set(columnsOf(node).flatMap((column) => (ids.has(column.id) ? [column.id] : [])));
}
