import type { Bound } from '../parse/tree.ts';
import type { Defined, Relation } from '../plan/relation.ts';
import type { AggregateNode, PlanColumn, Scalar, WindowNode } from '../plan/scalar.ts';
import type { Span } from '../types.ts';
import { type Lowering, refuse } from './context.ts';
import type { Parts } from './parts.ts';
import { operator } from './scalar-operator.ts';
import { reference, type Table, unordered, withHidden } from './table.ts';

/** The operators that may stand over parts. */
export const knowParts: ReadonlySet<string> = new Set([
  'AsOperator',
  'CountOperator',
  'DistinctOperator',
  'ExtendOperator',
  'FilterOperator',
  'MakeSeriesOperator',
  'MvApplyOperator',
  'MvExpandOperator',
  'ParseOperator',
  'ParseWhereOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'SampleDistinctOperator',
  'SampleOperator',
  'ScanOperator',
  'SerializeOperator',
  'SortOperator',
  'SummarizeOperator',
  'TakeOperator',
  'TopHittersOperator',
  'TopOperator',
]);

/** Those after which a part that had rows has rows. */
const keepRows: ReadonlySet<string> = new Set([
  'AsOperator',
  'CountOperator',
  'DistinctOperator',
  'ExtendOperator',
  'ParseOperator',
  'ProjectAwayOperator',
  'ProjectByNamesOperator',
  'ProjectKeepOperator',
  'ProjectOperator',
  'ProjectRenameOperator',
  'ProjectReorderOperator',
  'SerializeOperator',
  'SortOperator',
  'SummarizeOperator',
]);

/** The table that came out of an operator over parts. */
export function afterStep(step: Bound, table: Table): Table {
  const { parts } = table;
  return parts === undefined || keepsRows(step) ? table : { ...table, parts: { ...parts, emptied: true } };
}

function keepsRows(step: Bound): boolean {
  if (keepRows.has(step.kind)) return true;
  const count = step.child('Expression')?.constant;
  return (
    /^(?:Top|Take|Sample|SampleDistinct|TopHitters)Operator$/.test(step.kind) && typeof count === 'bigint' && count > 0n
  );
}

/** The first rows of each part, in the present order. */
export function firstOfEach(table: Table, count: Scalar, parts: Parts, context: Lowering): Table {
  const column = context.column('place', 'long');
  const place: WindowNode = {
    kind: 'window',
    name: 'row_number',
    args: [],
    restart: reference(parts.key),
    order: table.order,
    type: 'long',
    span: count.span,
  };
  const placed = withHidden(table, [{ column, value: place }]);
  const predicate = operator('<=', [reference(column), count], 'bool', count.span);
  return { ...placed, relation: { kind: 'filter', input: placed.relation, predicate } };
}

/** A `summarize` over a table, of each part by itself where it has parts.
 *  @throws Refusal WK002 where it would have a row for a part without rows: that is not documented. */
export function summarized(
  input: Table,
  groups: readonly Defined[],
  aggregates: readonly Defined[],
  span: Span,
): Table {
  const columns = [...groups, ...aggregates].map((defined) => defined.column);
  const { parts } = input;
  if (parts === undefined) {
    return unordered({ kind: 'summarize', input: input.relation, groups, aggregates }, columns);
  }
  if (groups.length === 0 && parts.emptied) {
    return refuse(
      span,
      'WK002',
      'What this gives for a part that has no rows left is not documented.',
      'Put the condition into the aggregate (`countif(…)`, `make_list_if(…)`), or group: `summarize … by Column`.',
    );
  }
  const present = new Set(columns.map((column) => column.id));
  const key = present.has(parts.key.id) ? [] : [{ column: parts.key, value: reference(parts.key) }];
  const carried = parts.carried.filter((column) => !present.has(column.id) && column.id !== parts.key.id);
  const relation: Relation = {
    kind: 'summarize',
    input: input.relation,
    groups: [...groups, ...key],
    aggregates: [...aggregates, ...carried.map((column) => ({ column, value: any(column) }))],
  };
  return { ...unordered(relation, columns), parts };
}

/** The one value that a column has in a group. */
export function any(column: PlanColumn): AggregateNode {
  const value = reference(column);
  return {
    kind: 'aggregate',
    name: 'take_any',
    args: [value],
    output: 0,
    order: [],
    type: column.type,
    span: value.span,
  };
}
