import type { ColumnNode, PlanColumn, Scalar } from '../plan/scalar.ts';
import { call, constant } from './scalar-operator.ts';

/** Inside of `mv-apply` and `partition` a table is many small ones, and every operator works on each by itself. They
 *  stay one relation with a key: an operator that works on whole rows need not know, one that gathers rows or counts
 *  them does so within the key. */
export interface Parts {
  /** Rows with the same value of it are one part. */
  readonly key: PlanColumn;
  /** Columns with one value in all rows of a part: they survive every operator, unseen. */
  readonly carried: readonly PlanColumn[];
  /** A part may have lost all its rows. */
  readonly emptied: boolean;
}

/** The columns that parts need beside those that the query sees. */
export function hiddenOf(parts: Parts | undefined): readonly PlanColumn[] {
  return parts === undefined ? [] : [parts.key, ...parts.carried];
}

function read(column: PlanColumn): ColumnNode {
  return { kind: 'column', id: column.id, type: column.type, span: { start: 0, length: 0 } };
}

/** A window that begins anew with each part. */
export function within(parts: Parts | undefined, value: Scalar): Scalar {
  if (parts === undefined || value.kind !== 'window') return value;
  const { restart, span } = value;
  const key = read(parts.key);
  if (restart === undefined) return { ...value, restart: key };
  const [part, run] = [key, restart].map((item) => call('tostring', [item], 'string', span));
  const both = [part, constant('|', 'string', span), run].flatMap((item) => (item === undefined ? [] : [item]));
  return { ...value, restart: call('strcat', both, 'string', span) };
}
