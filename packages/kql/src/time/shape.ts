import { conjuncts } from '../plan/conjuncts.ts';
import type { Plan, Relation } from '../plan/relation.ts';
import type { Scalar } from '../plan/scalar.ts';
import { readsNow, relationsOf, scalarsOf, walk } from '../plan/visitor.ts';
import { isVolatileCall } from '../plan/volatile.ts';
import { type Asked, whyNotWindowed } from './windowed.ts';

export interface Shape {
  /** Row-wise: each scanned row decides alone, and `now()` only says from when on it is too old. Windowed: so do groups of
   *  such rows, each of which some run sees whole, and more rows only make them likelier to be found. */
  readonly shape: 'row-wise' | 'windowed' | 'general';
  readonly reason: string;
}

/** Columns that say when a row happened or came. */
const timeColumns: ReadonlySet<string> = new Set(['Timestamp', 'TimeGenerated', 'EvidenceTime', 'ArrivedAt']);

/** How a rule's plan can be run over time. Conservative: what is not surely row-wise or windowed is general. */
export function shapeOf(plan: Plan, asked: Asked): Shape {
  const reason = whyNotRowWise(plan.relation);
  if (reason === undefined)
    return { shape: 'row-wise', reason: 'every row is chosen by itself, and now() only bounds its age' };
  const { above, below } = grouping(plan.relation);
  if (below?.kind !== 'summarize' || below.groups.length === 0) return { shape: 'general', reason };
  const scalars = [...above, below].flatMap((node) => [...scalarsOf(node)]);
  const other = first(scalars, whyNotAlone) ?? whyNotRowWise(below.input);
  if (other !== undefined) return { shape: 'general', reason: `it groups rows, and ${other}` };
  const why = whyNotWindowed(below, above, asked);
  if (why !== undefined) return { shape: 'general', reason: `it groups rows (summarize, distinct, count), ${why}` };
  return {
    shape: 'windowed',
    reason: 'its groups are of bins that its look-back holds whole, and more rows only make their conditions truer',
  };
}

/** The grouping that a plan's result is made of row by row, and the steps above it. */
export function grouping(node: Relation): {
  readonly above: readonly Relation[];
  readonly below: Relation | undefined;
} {
  if (node.kind !== 'filter' && node.kind !== 'project' && node.kind !== 'sort') return { above: [], below: node };
  const { above, below } = grouping(node.input);
  return { above: [node, ...above], below };
}

function whyNotRowWise(root: Relation): string | undefined {
  const times = timeColumnIds(root);
  const visit = (node: Relation): string | undefined => {
    switch (node.kind) {
      case 'scan':
        return undefined;
      case 'filter':
        return (
          first(conjuncts(node.predicate), (part) => (isAgeBound(part, times) ? undefined : whyNotAlone(part))) ??
          visit(node.input)
        );
      case 'project':
        return first(node.columns, (defined) => whyNotAlone(defined.value)) ?? visit(node.input);
      case 'sort':
        return first(node.keys, (key) => whyNotAlone(key.by)) ?? visit(node.input);
      case 'union':
        return first(node.inputs, (item) => visit(item.input));
      default:
        return reasons[node.kind];
    }
  };
  return visit(root);
}

const reasons = {
  values: 'it has rows of its own (datatable, print)',
  range: 'it has rows of its own (range)',
  summarize: 'it groups rows (summarize, distinct, count)',
  unique: 'it keeps one row for each key (join kind=innerunique)',
  join: 'it joins rows (join, lookup)',
  take: 'it takes a number of rows (top, take)',
  expand: 'it makes several rows of one (mv-expand)',
  iterate: 'it goes over rows in an order (scan)',
  shared: 'it computes a table once for several uses (materialize)',
} as const;

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why a scalar of one row depends on more than the row; undefined where it does not. */
function whyNotAlone(node: Scalar): string | undefined {
  if (readsNow(node)) return 'now() is used for more than the lower bound of a time column';
  const inner = (item: Scalar): string | undefined => {
    if (item.kind === 'window') return `${item.name}() looks at other rows`;
    if (item.kind === 'call' && isVolatileCall(item)) return `${item.name}() is another at every run`;
    if (relationsOf(item).some(readsTable)) return 'a condition asks about other rows (in, toscalar)';
    return first(scalarsOf(item), inner);
  };
  return inner(node);
}

function readsTable(relation: Relation): boolean {
  let found = false;
  walk(relation, (node) => {
    if (node.kind === 'scan') found = true;
  });
  return found;
}

/** Ids under which the tables' time columns are known, also after they were handed on under another id. */
function timeColumnIds(root: Relation): ReadonlySet<number> {
  const ids = new Set<number>();
  const visit = (node: Relation): void => {
    for (const relation of relationsOf(node)) visit(relation);
    if (node.kind === 'scan') {
      for (const column of node.columns) if (timeColumns.has(column.source)) ids.add(column.id);
    } else if (node.kind === 'project') {
      for (const { column, value } of node.columns)
        if (value.kind === 'column' && ids.has(value.id)) ids.add(column.id);
    } else if (node.kind === 'union') {
      for (const [index, column] of node.columns.entries()) {
        if (node.inputs.every((item) => ids.has(item.columns[index] ?? -1))) ids.add(column.id);
      }
    }
  };
  visit(root);
  return ids;
}

/** `Timestamp > ago(1d)`, `ago(1d) <= Timestamp`, `Timestamp >= now() - 1d`. */
function isAgeBound(node: Scalar, times: ReadonlySet<number>): boolean {
  if (node.kind !== 'call' || node.family !== 'operator') return false;
  const [left, right] = node.args;
  if (left === undefined || right === undefined) return false;
  if (node.name === '>' || node.name === '>=') return isTime(left, times) && isAge(right);
  if (node.name === '<' || node.name === '<=') return isTime(right, times) && isAge(left);
  return false;
}

function isTime(node: Scalar, times: ReadonlySet<number>): boolean {
  return node.kind === 'column' && times.has(node.id);
}

/** A moment at a fixed distance before `now()`. */
function isAge(node: Scalar): boolean {
  if (node.kind === 'now') return true;
  if (node.kind !== 'call' || node.family !== 'operator' || node.name !== '-') return false;
  const [from, by] = node.args;
  return from?.kind === 'now' && by?.kind === 'constant' && typeof by.value === 'bigint' && by.value >= 0n;
}
