import { Refusal } from '../diagnostics.ts';
import { columnsOf } from '../plan/columns.ts';
import { highestId } from '../plan/highest-id.ts';
import { gatherIds } from '../plan/internal.ts';
import type { Defined, IterateNode, Plan, ProjectNode, Relation, ScanNode } from '../plan/relation.ts';
import type { PlanColumn, Scalar, WindowNode } from '../plan/scalar.ts';
import { columnsRead, scalarsOf, walk } from '../plan/visitor.ts';
import { gathered, type InFront, kept, type Names, placed } from './in-front.ts';
import { both, lists, nowhere, read } from './lists.ts';

/** Name of the column that `withLineage` adds. */
export const lineageColumn = 'EventIds';

/** The plan with a last column `EventIds`: the values of the column `source` of every row of the scanned tables that
 *  went into a result row, each once, as a list of VARCHAR. All rows of a group count, whatever the aggregate; of a running
 *  sum, a `scan` and a session all rows in front in the same part, and the row itself. Rows that a condition only asks
 *  about (`in (…)`, `toscalar`, the right side of a semi join) do not count, and neither do those that a number of rows
 *  (`top`, `row_number()`, a rank) only counts. Tables without the column (inventories, datatables) add nothing.
 *  @throws Refusal WK005 where no scanned table has the column */
export function withLineage(plan: Plan, source: string): Plan {
  let found = false;
  let tables = 0;
  walk(plan.relation, (node) => {
    if (node.kind === 'scan' && node.columns.some((column) => column.source === source)) found = true;
    if (node.kind === 'shared') tables = Math.max(tables, node.key);
  });
  if (!found) {
    const message = `No table of this query has the column \`${source}\`, so its rows cannot be traced back.`;
    throw new Refusal('WK005', nowhere, message, 'Read from `DeviceNetworkEvents` or another table of events.');
  }
  const { relation, ids } = new Tracer(source, highestId(plan.relation) + 1, tables + 1).whole(plan.relation);
  return { relation, columns: [...plan.columns, ids] };
}

interface Traced {
  readonly relation: Relation;
  /** The column of lists. */
  readonly ids: PlanColumn;
  /** The lists without what the columns `read` come from: neighbours and rows in front. */
  readonly apart?: { readonly ids: PlanColumn; readonly read: ReadonlySet<number> };
  /** Rows in front that are not in the lists yet. */
  readonly inFront?: readonly InFront[];
}

class Tracer implements Names {
  readonly #source: string;
  readonly #shared = new Map<number, Traced>();
  #nextId: number;
  #nextTable: number;

  constructor(source: string, nextId: number, nextTable: number) {
    this.#source = source;
    this.#nextId = nextId;
    this.#nextTable = nextTable;
  }

  /** The relation with all ids in the lists. */
  whole(node: Relation): Traced {
    return this.#gathered(this.#trace(node));
  }

  #trace(node: Relation): Traced {
    switch (node.kind) {
      case 'scan':
        return this.#scanned(node, node);
      case 'values':
      case 'range':
        return this.#adding(node, lists('ids_none', []));
      case 'filter': {
        const scan = scanUnder(node);
        if (scan !== undefined) return this.#scanned(node, scan);
        const input = this.#trace(node.input);
        return { ...input, relation: { ...node, input: input.relation } };
      }
      case 'unique':
      case 'sort':
      case 'take':
      case 'expand': {
        const input = this.#trace(node.input);
        return { ...input, relation: { ...node, input: input.relation } };
      }
      case 'iterate':
        return this.#iterated(node);
      case 'project':
        return this.#projected(node);
      case 'summarize': {
        const { relation, ids: input } = this.whole(node.input);
        const ids = this.#ids();
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
        const left = this.whole(node.left);
        if (node.join === 'leftsemi' || node.join === 'leftanti') {
          return { relation: { ...node, left: left.relation }, ids: left.ids };
        }
        const right = this.whole(node.right);
        const joined: Relation = { ...node, left: left.relation, right: right.relation };
        return this.#adding(joined, both(read(left.ids), read(right.ids)), [left.ids.id, right.ids.id]);
      }
      case 'union': {
        const ids = this.#ids();
        const inputs = node.inputs.map((item) => {
          const traced = this.whole(item.input);
          return { input: traced.relation, columns: [...item.columns, traced.ids.id] };
        });
        return { relation: { ...node, columns: [...node.columns, ids], inputs }, ids };
      }
      case 'shared': {
        const input = this.#shared.get(node.key) ?? this.whole(node.input);
        this.#shared.set(node.key, input);
        const ids = this.#ids();
        const columns = [...node.columns, { ...ids, source: input.ids.id }];
        return { relation: { ...node, input: input.relation, columns }, ids };
      }
    }
  }

  /** Rows of the input, some of whose columns may be read from neighbours, or made of all rows in front. What such a
   *  neighbour itself read from its own counts only where it is part of what is read. */
  #projected(node: ProjectNode): Traced {
    const windows = node.columns.flatMap(({ value }) => windowsIn(value));
    const sums = windows.filter(({ name }) => name === 'row_cumsum');
    const shifts = windows.filter(({ name }) => name !== 'row_cumsum');
    const traced = windows.length === 0 ? this.#trace(node.input) : this.whole(node.input);
    const { ids, apart = { ids, read: new Set() }, inFront = [] } = traced;
    const { relation, inFront: ofSums } =
      sums.length === 0 ? { relation: traced.relation, inFront: [] } : placed(traced.relation, sums, ids, this);
    const comesFrom = (value: Scalar) => [...columnsRead(value)].some((id) => apart.read.has(id));
    const around = shifts.map((window) => neighbours(window, comesFrom(window) ? ids : apart.ids));
    const own = around.length === 0 ? ids : this.#ids();
    const given = node.columns.filter(({ value }) => windowsIn(value).length > 0 || comesFrom(value));
    const added: Defined[] = [{ column: own, value: around.reduce(both, read(ids)) }];
    if (own !== apart.ids) added.push({ column: apart.ids, value: read(apart.ids) });
    const present = new Set(node.columns.map(({ column }) => column.id));
    for (const { part, place } of [...inFront, ...ofSums]) {
      for (const column of part === undefined ? [place] : [place, part]) {
        if (present.has(column.id)) continue;
        present.add(column.id);
        added.push({ column, value: read(column) });
      }
    }
    return {
      relation: { ...node, input: relation, columns: [...node.columns, ...added] },
      ids: own,
      apart: { ids: apart.ids, read: new Set(given.map(({ column }) => column.id)) },
      inFront: [...inFront, ...ofSums],
    };
  }

  /** Each row comes out with a state that all rows in front in its part have made. */
  #iterated(node: IterateNode): Traced {
    const { relation, ids, apart = { ids, read: new Set() } } = this.whole(node.input);
    const rows = kept(relation, this);
    const made = node.stages.flat().map(({ column }) => column.id);
    return {
      relation: { ...node, input: rows },
      ids,
      apart: { ids: apart.ids, read: new Set([...apart.read, ...made]) },
      inFront: [{ rows, part: node.part, place: node.place, ids }],
    };
  }

  #gathered(traced: Traced): Traced {
    const { apart = { ids: traced.ids, read: new Set() }, inFront = [] } = traced;
    return inFront.reduce<Traced>(
      ({ relation, ids }, rows) => {
        const made = this.#ids();
        return { relation: gathered(relation, ids, rows, made, apart.ids, this), ids: made, apart };
      },
      { ...traced, inFront: [] },
    );
  }

  /** A scan, or filters over one. The lists come above the filters, so that these stay beside the scan. */
  #scanned(node: Relation, scan: ScanNode): Traced {
    const own = scan.columns.find((column) => column.source === this.#source);
    return this.#adding(node, own === undefined ? lists('ids_none', []) : lists('ids_of', [read(own)]));
  }

  /** The relation with one more column of lists, less the columns that it replaces. */
  #adding(node: Relation, value: Scalar, replaced: readonly number[] = []): Traced {
    const ids = this.#ids();
    const kept = columnsOf(node).filter((column) => !replaced.includes(column.id));
    const columns = [...kept.map((column): Defined => ({ column, value: read(column) })), { column: ids, value }];
    return { relation: { kind: 'project', input: node, columns }, ids };
  }

  #ids(): PlanColumn {
    return this.column(lineageColumn, 'dynamic');
  }

  column(name: string, type: PlanColumn['type']): PlanColumn {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name, type };
  }

  table(): number {
    const key = this.#nextTable;
    this.#nextTable += 1;
    return key;
  }
}

/** The scan that a chain of filters stands on, if it does. */
function scanUnder(node: Relation): ScanNode | undefined {
  if (node.kind === 'filter') return scanUnder(node.input);
  return node.kind === 'scan' ? node : undefined;
}

/** The functions over rows that stand in a scalar, less those that only count them. */
function windowsIn(value: Scalar): readonly WindowNode[] {
  const counts = value.kind === 'window' && (value.name === 'row_number' || value.counts === true);
  const own = value.kind === 'window' && !counts ? [value] : [];
  return [...own, ...scalarsOf(value).flatMap(windowsIn)];
}

/** The lists of the row that `prev` or `next` reads from. */
function neighbours(window: WindowNode, ids: PlanColumn): Scalar {
  const offset = window.args.slice(1, 2);
  return { ...window, args: [read(ids), ...offset], type: 'dynamic' };
}
