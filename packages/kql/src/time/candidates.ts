import { columnsOf } from '../plan/columns.ts';
import { conjuncts } from '../plan/conjuncts.ts';
import { highestId } from '../plan/highest-id.ts';
import type { Defined, FilterNode, Plan, ProjectNode, Relation, ScanNode } from '../plan/relation.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import { Transformer } from '../plan/transformer.ts';
import { columnsRead, walk } from '../plan/visitor.ts';
import { isVolatileCall } from '../plan/volatile.ts';
import { read } from './lists.ts';

export interface Candidates {
  /** The plan over the candidate tables instead of the scanned ones. */
  readonly plan: Plan;
  readonly selections: readonly Selection[];
}

/** Rows of one scan that the plan can be interested in at any moment. */
export interface Selection {
  /** The name under which `plan` scans them: `candidates_0`… */
  readonly name: string;
  readonly table: string;
  /** Computes them from the table: what the plan reads of them, and the table's time columns under their own names. */
  readonly plan: Plan;
}

/** Takes out of a plan what can be computed once for all moments: for each scan the conditions and columns above it that
 *  one row decides alone, whatever the time. The plan that is left reads the rows so made from tables of their own.
 *  `timesOf` names datetime columns of a table that its selections give too, whether the plan reads them or not. */
export function candidatesOf(plan: Plan, timesOf: (table: string) => readonly string[]): Candidates {
  const splitter = new Splitter(timesOf, highestId(plan.relation) + 1);
  const relation = splitter.relation(plan.relation);
  return { plan: { relation, columns: plan.columns }, selections: splitter.selections };
}

/** A scan and what stands on it, from the bottom. */
interface Chain {
  readonly scan: ScanNode;
  readonly steps: readonly (FilterNode | ProjectNode)[];
}

class Splitter extends Transformer {
  readonly selections: Selection[] = [];
  readonly #timesOf: (table: string) => readonly string[];
  #nextId: number;

  constructor(timesOf: (table: string) => readonly string[], nextId: number) {
    super();
    this.#timesOf = timesOf;
    this.#nextId = nextId;
  }

  override relation(node: Relation): Relation {
    const chain = chainOf(node);
    return chain === undefined ? super.relation(node) : this.#split(chain);
  }

  /** Conditions that are not timeless move to the top, and what they read is handed up to them. */
  #split({ scan, steps }: Chain): Relation {
    const conditions = steps.flatMap((step) => (step.kind === 'filter' ? conjuncts(step.predicate) : []));
    const rest = conditions.filter((part) => !isTimeless(part));
    const times = this.#times(scan);
    const handedUp = new Set([...times.map(({ id }) => id), ...rest.flatMap((part) => [...columnsRead(part)])]);
    const columns = [...scan.columns, ...times.filter(({ id }) => !scan.columns.some((column) => column.id === id))];
    const timeless = steps.reduce<Relation>(
      (input, step) => (step.kind === 'filter' ? filtered(input, timelessOf(step)) : projected(input, step, handedUp)),
      { ...scan, columns },
    );
    return filtered(
      this.#select(scan.table, timeless, times, steps.flatMap(withoutIds)),
      rest.map((part) => this.scalar(part)),
    );
  }

  /** Lists that name no rows are not selected but put on top: what is made of the plan must see that nothing is traced. */
  #select(
    table: string,
    relation: Relation,
    times: readonly PlanColumn[],
    untraced: readonly Defined[],
  ): ScanNode | ProjectNode {
    const name = `candidates_${this.selections.length}`;
    const all = columnsOf(relation);
    const none = untraced.filter(({ column }) => all.some(({ id }) => id === column.id));
    const columns = all
      .filter(({ id }) => !none.some(({ column }) => column.id === id))
      .map((column) => ({
        ...column,
        source: times.find(({ id }) => id === column.id)?.name ?? `c${column.id}`,
      }));
    const named = columns.map(({ id, source, type }) => ({ id, name: source, type }));
    this.selections.push({ name, table, plan: { relation, columns: named } });
    const scan: ScanNode = { kind: 'scan', table: name, columns };
    if (none.length === 0) return scan;
    return {
      kind: 'project',
      input: scan,
      columns: [...columns.map((column) => ({ column, value: read(column) })), ...none],
    };
  }

  /** The scan's time columns, named as the table names them. */
  #times(scan: ScanNode): ScanNode['columns'] {
    return this.#timesOf(scan.table).map((source) => {
      const own = scan.columns.find((column) => column.source === source);
      if (own !== undefined) return { ...own, name: source };
      const id = this.#nextId;
      this.#nextId += 1;
      return { id, name: source, source, type: 'datetime' };
    });
  }
}

function chainOf(node: Relation): Chain | undefined {
  if (node.kind === 'scan') return { scan: node, steps: [] };
  if (node.kind !== 'filter' && node.kind !== 'project') return undefined;
  if (node.kind === 'project' && !node.columns.every(({ value }) => isTimeless(value))) return undefined;
  const below = chainOf(node.input);
  return below && { scan: below.scan, steps: [...below.steps, node] };
}

/** Of one row alone, and the same at every moment. */
function isTimeless(node: Scalar): boolean {
  let timeless = true;
  walk(node, (item) => {
    // A relation below a scalar is a subquery.
    if (!('span' in item) || item.kind === 'now' || item.kind === 'window' || isVolatileCall(item)) timeless = false;
  });
  return timeless;
}

function withoutIds(step: FilterNode | ProjectNode): readonly Defined[] {
  if (step.kind === 'filter') return [];
  return step.columns.filter(({ value }) => value.kind === 'call' && value.name === 'ids_none');
}

function timelessOf(step: FilterNode): readonly Scalar[] {
  return conjuncts(step.predicate).filter(isTimeless);
}

function projected(input: Relation, step: ProjectNode, handedUp: ReadonlySet<number>): Relation {
  const own = new Set(step.columns.map(({ column }) => column.id));
  const passed = columnsOf(input).filter(({ id }) => handedUp.has(id) && !own.has(id));
  return { ...step, input, columns: [...step.columns, ...passed.map((column) => ({ column, value: read(column) }))] };
}

function filtered(input: Relation, conditions: readonly Scalar[]): Relation {
  return conditions.reduce<Relation>((relation, predicate) => ({ kind: 'filter', input: relation, predicate }), input);
}
