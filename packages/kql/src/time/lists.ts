import type { CallNode, ColumnNode, PlanColumn, Scalar } from '../plan/scalar.ts';
import type { Span } from '../types.ts';

/** Lineage is no part of the query's text. */
export const nowhere: Span = { start: 0, length: 0 };

/** A helper over lists of ids (sql/duckdb/internal.ts). */
export function lists(name: 'ids_none' | 'ids_of' | 'ids_both', args: readonly Scalar[]): CallNode {
  return { kind: 'call', family: 'internal', name, args, type: 'dynamic', span: nowhere };
}

export function both(one: Scalar, other: Scalar): Scalar {
  return lists('ids_both', [one, other]);
}

export function read(column: PlanColumn): ColumnNode {
  return { kind: 'column', id: column.id, type: column.type, span: nowhere };
}
