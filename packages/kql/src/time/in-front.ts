import { columnsOf } from '../plan/columns.ts';
import { gatherIds } from '../plan/internal.ts';
import type { Defined, Relation, SharedNode } from '../plan/relation.ts';
import type { AggregateNode, OrderKey, PlanColumn, Scalar, WindowNode } from '../plan/scalar.ts';
import { both, nowhere, read } from './lists.ts';

/** Columns and tables that no other part of the plan has. */
export interface Names {
  column(name: string, type: PlanColumn['type']): PlanColumn;
  table(): number;
}

/** The rows in front of a row, its own among them, from which a running sum or a `scan` made it. A list of them for every
 *  row would hold half the square of their number, so a row only keeps its part and its place among them until it is
 *  known which rows are left. */
export interface InFront {
  /** All rows, computed once, with their part, place and ids. */
  readonly rows: SharedNode;
  readonly part: PlanColumn | undefined;
  readonly place: PlanColumn;
  readonly ids: PlanColumn;
}

/** The table as one that is computed once. */
export function kept(input: Relation, names: Names): SharedNode {
  const columns = columnsOf(input).map((column) => ({ ...column, source: column.id }));
  return { kind: 'shared', key: names.table(), input, columns };
}

/** The rows with their part and place in each of the windows, and where to find the rows in front of each. */
export function placed(
  input: Relation,
  windows: readonly WindowNode[],
  ids: PlanColumn,
  names: Names,
): { readonly relation: Relation; readonly inFront: readonly InFront[] } {
  const marks = windows.map(({ restart, order }) => {
    const place: Defined = {
      column: names.column('place', 'long'),
      value: { kind: 'window', name: 'row_number', args: [], restart, order, type: 'long', span: nowhere },
    };
    const part: Defined | undefined = restart && { column: names.column('part', restart.type), value: restart };
    return { place, part };
  });
  const added = marks.flatMap(({ place, part }) => (part === undefined ? [place] : [place, part]));
  const passed = columnsOf(input).map((column): Defined => ({ column, value: read(column) }));
  const rows = kept({ kind: 'project', input, columns: [...passed, ...added] }, names);
  const inFront = marks.map(({ place, part }) => ({ rows, place: place.column, part: part?.column, ids }));
  return { relation: rows, inFront };
}

/** The rows with the ids of those in front in their lists, which become `made`. Each row joins those with a place up to
 *  its own, and becomes one again. The column `own` stays as it is. */
export function gathered(
  relation: Relation,
  ids: PlanColumn,
  { rows, part, place, ids: idsInFront }: InFront,
  made: PlanColumn,
  own: PlanColumn,
  names: Names,
): Relation {
  const number = names.column('row', 'long');
  const all = columnsOf(relation);
  const counted: WindowNode = {
    kind: 'window',
    name: 'row_number',
    args: [],
    restart: undefined,
    order: [],
    type: 'long',
    span: nowhere,
  };
  const left: Relation = {
    kind: 'project',
    input: relation,
    columns: [...all.map((column) => ({ column, value: read(column) })), { column: number, value: counted }],
  };
  const again = new Map(rows.columns.map((column) => [column.id, names.column(column.name, column.type)]));
  const other = (column: PlanColumn): PlanColumn => again.get(column.id) ?? column;
  const right: SharedNode = {
    ...rows,
    columns: rows.columns.map((column) => ({ ...other(column), source: column.source })),
  };
  const one: Scalar = { kind: 'constant', value: 1n, type: 'long', span: nowhere };
  const on = [part === undefined ? { left: one, right: one } : { left: read(part), right: read(other(part)) }];
  const args = [read(other(place)), read(place)];
  const joined: Relation = {
    kind: 'filter',
    input: { kind: 'join', join: 'inner', left, right, on },
    predicate: { kind: 'call', family: 'operator', name: '<=', args, type: 'bool', span: nowhere },
  };
  const others = all.filter(({ id }) => id !== ids.id || id === own.id);
  const lists = aggregate(gatherIds, both(read(ids), read(other(idsInFront))), 'dynamic');
  const summarized: Relation = {
    kind: 'summarize',
    input: joined,
    groups: [{ column: number, value: read(number) }],
    aggregates: [
      ...others.map((column) => ({ column, value: aggregate('take_any', read(column), column.type) })),
      { column: made, value: lists },
    ],
  };
  const keys = orderOf(relation);
  return keys.length === 0 ? summarized : { kind: 'sort', input: summarized, keys };
}

function aggregate(name: string, value: Scalar, type: PlanColumn['type']): AggregateNode {
  return { kind: 'aggregate', name, args: [value], output: 0, order: [], type, span: nowhere };
}

/** The order in which the rows stand, where they were put into one. */
function orderOf(relation: Relation): readonly OrderKey[] {
  if (relation.kind === 'sort') return relation.keys;
  return relation.kind === 'take' ? orderOf(relation.input) : [];
}
