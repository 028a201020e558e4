import { columnsOf } from '../plan/columns.ts';
import type { Defined, IterateNode, Relation } from '../plan/relation.ts';
import type { ColumnNode, OrderKey, PlanColumn, Scalar, WindowNode } from '../plan/scalar.ts';
import type { Span } from '../types.ts';
import type { Env, Lowering, Scope } from './context.ts';
import { hiddenOf, type Parts, within } from './parts.ts';

/** A relation while it is being built. */
export interface Table {
  readonly relation: Relation;
  /** The columns that the query sees. The relation may have more: those that only carry the order. */
  readonly columns: readonly PlanColumn[];
  /** The order that `sort` asked for. It is applied where it shows: at `take`, in windows and at the end. Its keys are
   *  columns of the relation. */
  readonly order: readonly OrderKey[];
  /** Rows have a defined sequence (`row_number()` is allowed). */
  readonly serialized: boolean;
  /** The order is one column of different numbers. */
  readonly numbered: boolean;
  /** The name for `union withsource=`. */
  readonly name: string | undefined;
  /** The rows are parts, each of which goes through the operators by itself. */
  readonly parts?: Parts | undefined;
}

export const nowhere: Span = { start: 0, length: 0 };

export function reference(column: PlanColumn, span: Span = nowhere): ColumnNode {
  return { kind: 'column', id: column.id, type: column.type, span };
}

/** The column handed through unchanged. */
export function passed(column: PlanColumn): Defined {
  return { column, value: reference(column) };
}

export function scopeOf(table: Table, env: Env): Scope {
  const columns = new Map(table.columns.map((column) => [column.name, column]));
  return { env, columns };
}

/** Ids of the columns that carry the order. */
export function orderIds(order: readonly OrderKey[]): readonly number[] {
  return order.flatMap((key) => (key.by.kind === 'column' ? [key.by.id] : []));
}

/** Exactly these columns; those that carry the order or belong to parts come along unseen. */
export function projected(table: Table, columns: readonly Defined[]): Table {
  const present = new Set(columns.map((defined) => defined.column.id));
  const hidden: Defined[] = [];
  const hide = (column: PlanColumn): void => {
    if (present.has(column.id)) return;
    present.add(column.id);
    hidden.push(passed(column));
  };
  for (const { by } of table.order) if (by.kind === 'column') hide({ id: by.id, name: 'order', type: by.type });
  for (const column of hiddenOf(table.parts)) hide(column);
  return {
    relation: { kind: 'project', input: table.relation, columns: [...columns, ...hidden] },
    columns: columns.map((defined) => defined.column),
    order: table.order,
    serialized: table.serialized,
    numbered: table.numbered,
    name: undefined,
    parts: table.parts,
  };
}

/** A relation whose rows come in no order. */
export function unordered(relation: Relation, columns: readonly PlanColumn[]): Table {
  return { relation, columns, order: [], serialized: false, numbered: false, name: undefined };
}

/** The relation with its order applied. */
export function sorted(table: Table): Relation {
  return table.order.length === 0 ? table.relation : { kind: 'sort', input: table.relation, keys: table.order };
}

/** Adds unseen columns, so that a later step can refer to computed values by id. */
export function withHidden(table: Table, hidden: readonly Defined[]): Table {
  if (hidden.length === 0) return table;
  const made = projected(table, [...columnsOf(table.relation).map(passed), ...hidden]);
  return { ...made, columns: table.columns, name: table.name };
}

/** Rows numbered once in their present order, so that all windows and the end of the query see one sequence, ties
 *  included. */
export function numbered(table: Table, context: Lowering): Table {
  if (table.numbered) return table;
  const ordinal = context.column('ordinal', 'long');
  const value: WindowNode = {
    kind: 'window',
    name: 'row_number',
    args: [],
    restart: undefined,
    order: table.order,
    type: 'long',
    span: nowhere,
  };
  const order: OrderKey = { by: reference(ordinal), ascending: true, nullsFirst: true };
  return { ...withHidden(table, [{ column: ordinal, value }]), order: [order], serialized: true, numbered: true };
}

/** The rows with what is computed of them one after the other, each part by itself. */
export function iterated(table: Table, run: Pick<IterateNode, 'state' | 'stages'>, context: Lowering): Table {
  const rows = numbered(table, context);
  const place = context.column('place', 'long');
  const value: WindowNode = {
    kind: 'window',
    name: 'row_number',
    args: [],
    restart: undefined,
    order: rows.order,
    type: 'long',
    span: nowhere,
  };
  const placed = withHidden(rows, [{ column: place, value: within(rows.parts, value) }]);
  const input = placed.relation;
  return { ...placed, relation: { kind: 'iterate', input, place, part: placed.parts?.key, ...run } };
}

/** Lowers scalars over a table whose rows may be serialized. What `row_number()` and its like compute is put into
 *  unseen columns of the table that comes back, in as many steps as they build on each other. */
export function overRows<T>(
  table: Table,
  env: Env,
  context: Lowering,
  build: (scope: Scope) => T,
): { readonly table: Table; readonly built: T } {
  let current = table;
  const keep = (value: Scalar): ColumnNode => {
    const column = context.column('kept', value.type);
    current = withHidden(current, [{ column, value }]);
    return reference(column, value.span);
  };
  const overOrder: Scope['hoist'] = (make) => {
    current = numbered(current, context);
    return keep(within(current.parts, make(current.order)));
  };
  const carry: Scope['carry'] = (run, result) => {
    current = iterated(current, run, context);
    return reference(result);
  };
  const ordered = table.serialized ? { hoist: overOrder, carry } : {};
  const built = build({ ...scopeOf(table, env), keep, ...ordered });
  return { table: current, built };
}
