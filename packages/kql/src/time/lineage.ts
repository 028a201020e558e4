import { Refusal } from '../diagnostics.ts';
import { columnsOf } from '../plan/columns.ts';
import { highestId } from '../plan/highest-id.ts';
import { gatherIds } from '../plan/internal.ts';
import type { Defined, Plan, ProjectNode, Relation, ScanNode } from '../plan/relation.ts';
import type { CallNode, ColumnNode, PlanColumn, Scalar, WindowNode } from '../plan/scalar.ts';
import { columnsRead, scalarsOf, walk } from '../plan/visitor.ts';
import type { Span } from '../types.ts';

/** Name of the column that `withLineage` adds. */
export const lineageColumn = 'EventIds';

const nowhere: Span = { start: 0, length: 0 };

/** The plan with a last column `EventIds`: the values of the column `source` of every row of the scanned tables that
 *  went into a result row, each once, as a list of VARCHAR. All rows of a group count, whatever the aggregate; rows that
 *  a condition only asks about (`in (…)`, `toscalar`, the right side of a semi join) do not, and neither do those that a
 *  number of rows (`top`, `row_number()`) only counts. Tables without the column (inventories, datatables) add nothing.
 *  @throws Refusal WK005 where no scanned table has the column, and where a row follows from all in front of it
 *  (`scan`, `row_cumsum`, ranks, sessions). */
export function withLineage(plan: Plan, source: string): Plan {
  let found = false;
  walk(plan.relation, (node) => {
    if (node.kind === 'scan' && node.columns.some((column) => column.source === source)) found = true;
  });
  if (!found) {
    const message = `No table of this query has the column \`${source}\`, so its rows cannot be traced back.`;
    throw new Refusal('WK005', nowhere, message, 'Read from `DeviceNetworkEvents` or another table of events.');
  }
  const { relation, ids } = new Tracer(source, highestId(plan.relation) + 1).trace(plan.relation);
  return { relation, columns: [...plan.columns, ids] };
}

interface Traced {
  readonly relation: Relation;
  /** The column of lists. */
  readonly ids: PlanColumn;
  /** The lists without the neighbours that the columns `read` come from. */
  readonly apart?: { readonly ids: PlanColumn; readonly read: ReadonlySet<number> };
}

class Tracer {
  readonly #source: string;
  readonly #shared = new Map<number, Traced>();
  #nextId: number;

  constructor(source: string, nextId: number) {
    this.#source = source;
    this.#nextId = nextId;
  }

  trace(node: Relation): Traced {
    switch (node.kind) {
      case 'scan':
        return this.#scanned(node, node);
      case 'values':
      case 'range':
        return this.#adding(node, lists('ids_none', []));
      case 'filter': {
        const scan = scanUnder(node);
        if (scan !== undefined) return this.#scanned(node, scan);
        const input = this.trace(node.input);
        return { ...input, relation: { ...node, input: input.relation } };
      }
      case 'unique':
      case 'sort':
      case 'take':
      case 'expand': {
        const input = this.trace(node.input);
        return { ...input, relation: { ...node, input: input.relation } };
      }
      case 'iterate': {
        const message = 'What `scan` says of a row follows from every row in front of it, so it cannot be traced back.';
        throw new Refusal(
          'WK005',
          nowhere,
          message,
          'Compare neighbours with `prev(…)`, or group: `summarize … by …`.',
        );
      }
      case 'project':
        return this.#projected(node);
      case 'summarize': {
        const { relation, ids: input } = this.trace(node.input);
        const ids = this.#column();
        const gathered: Defined = {
          column: ids,
          value: {
            kind: 'aggregate',
            name: gatherIds,
            args: [read(input)],
            output: 0,
            order: [],
            type: 'dynamic',
            span: nowhere,
          },
        };
        return { relation: { ...node, input: relation, aggregates: [...node.aggregates, gathered] }, ids };
      }
      case 'join': {
        const left = this.trace(node.left);
        if (node.join === 'leftsemi' || node.join === 'leftanti') {
          return { relation: { ...node, left: left.relation }, ids: left.ids };
        }
        const right = this.trace(node.right);
        const joined: Relation = { ...node, left: left.relation, right: right.relation };
        return this.#adding(joined, both(read(left.ids), read(right.ids)), [left.ids.id, right.ids.id]);
      }
      case 'union': {
        const ids = this.#column();
        const inputs = node.inputs.map((item) => {
          const traced = this.trace(item.input);
          return { input: traced.relation, columns: [...item.columns, traced.ids.id] };
        });
        return { relation: { ...node, columns: [...node.columns, ids], inputs }, ids };
      }
      case 'shared': {
        const input = this.#shared.get(node.key) ?? this.trace(node.input);
        this.#shared.set(node.key, input);
        const ids = this.#column();
        const columns = [...node.columns, { ...ids, source: input.ids.id }];
        return { relation: { ...node, input: input.relation, columns }, ids };
      }
    }
  }

  /** Rows of the input, some of whose columns may be read from neighbours. What such a neighbour itself read from its own
   *  counts only where it is part of what is read. */
  #projected(node: ProjectNode): Traced {
    const { relation, ids, apart = { ids, read: new Set() } } = this.trace(node.input);
    const comesFrom = (value: Scalar) => [...columnsRead(value)].some((id) => apart.read.has(id));
    const lists = node.columns
      .flatMap(({ value }) => windowsIn(value))
      .map((window) => neighbours(window, comesFrom(window) ? ids : apart.ids));
    const own = lists.length === 0 ? ids : this.#column();
    const given = node.columns.filter(({ value }) => windowsIn(value).length > 0 || comesFrom(value));
    const added: Defined[] = [{ column: own, value: lists.reduce(both, read(ids)) }];
    if (own !== apart.ids) added.push({ column: apart.ids, value: read(apart.ids) });
    return {
      relation: { ...node, input: relation, columns: [...node.columns, ...added] },
      ids: own,
      apart: { ids: apart.ids, read: new Set(given.map(({ column }) => column.id)) },
    };
  }

  /** A scan, or filters over one. The lists come above the filters, so that these stay beside the scan. */
  #scanned(node: Relation, scan: ScanNode): Traced {
    const own = scan.columns.find((column) => column.source === this.#source);
    return this.#adding(node, own === undefined ? lists('ids_none', []) : lists('ids_of', [read(own)]));
  }

  /** The relation with one more column of lists, less the columns that it replaces. */
  #adding(node: Relation, value: Scalar, replaced: readonly number[] = []): Traced {
    const ids = this.#column();
    const kept = columnsOf(node).filter((column) => !replaced.includes(column.id));
    const columns = [...kept.map((column): Defined => ({ column, value: read(column) })), { column: ids, value }];
    return { relation: { kind: 'project', input: node, columns }, ids };
  }

  #column(): PlanColumn {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name: lineageColumn, type: 'dynamic' };
  }
}

/** The scan that a chain of filters stands on, if it does. */
function scanUnder(node: Relation): ScanNode | undefined {
  if (node.kind === 'filter') return scanUnder(node.input);
  return node.kind === 'scan' ? node : undefined;
}

/** The functions over rows that stand in a scalar, less those that only count them. */
function windowsIn(value: Scalar): readonly WindowNode[] {
  const own = value.kind === 'window' && value.name !== 'row_number' ? [value] : [];
  return [...own, ...scalarsOf(value).flatMap(windowsIn)];
}

/** The lists of the row that `prev` or `next` reads from.
 *  @throws Refusal WK005 for a sum, which reads from every row in front */
function neighbours(window: WindowNode, ids: PlanColumn): Scalar {
  if (window.name === 'row_cumsum') {
    const message = 'A running sum follows from every row in front of a row, so the row cannot be traced back.';
    throw new Refusal('WK005', window.span, message, 'Group instead: `summarize sum(…) by …`.');
  }
  const offset = window.args.slice(1, 2);
  return { ...window, args: [read(ids), ...offset], type: 'dynamic' };
}

function both(one: Scalar, other: Scalar): Scalar {
  return lists('ids_both', [one, other]);
}

function lists(name: string, args: readonly Scalar[]): CallNode {
  return { kind: 'call', family: 'internal', name, args, type: 'dynamic', span: nowhere };
}

function read(column: PlanColumn): ColumnNode {
  return { kind: 'column', id: column.id, type: column.type, span: nowhere };
}
