import { conjuncts } from '../plan/conjuncts.ts';
import { highestId } from '../plan/highest-id.ts';
import type { Plan, Relation, ScanNode } from '../plan/relation.ts';
import type { Scalar } from '../plan/scalar.ts';
import { Transformer } from '../plan/transformer.ts';
import { readsNow, relationsOf, scalarsOf } from '../plan/visitor.ts';

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
  /** Selects them from the table: the columns that the plan reads, under the table's own names. */
  readonly plan: Plan;
}

/** Takes out of a plan what can be computed once for all moments: for each scan the conditions directly above it that
 *  do not read `now()` or another table. The plan that is left reads the rows so chosen from tables of their own.
 *  `timesOf` names datetime columns of a table that its selections give too, whether the plan reads them or not. */
export function candidatesOf(plan: Plan, timesOf: (table: string) => readonly string[]): Candidates {
  const splitter = new Splitter(timesOf, highestId(plan.relation) + 1);
  const relation = splitter.relation(plan.relation);
  return { plan: { relation, columns: plan.columns }, selections: splitter.selections };
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
    const above: Scalar[] = [];
    let below = node;
    while (below.kind === 'filter') {
      above.unshift(...conjuncts(below.predicate));
      below = below.input;
    }
    if (below.kind !== 'scan') return super.relation(node);
    const timeless = above.filter((part) => !readsNow(part) && !hasSubquery(part));
    const rest = above.filter((part) => !timeless.includes(part));
    return filtered(
      this.#select(below, timeless),
      rest.map((part) => this.scalar(part)),
    );
  }

  #select(scan: ScanNode, conditions: readonly Scalar[]): Relation {
    const name = `candidates_${this.selections.length}`;
    const times = this.#timesOf(scan.table).filter((time) => !scan.columns.some(({ source }) => source === time));
    const columns = [...scan.columns, ...times.map((time) => this.#time(time))];
    const relation = filtered({ ...scan, columns }, conditions);
    const named = columns.map(({ id, source, type }) => ({ id, name: source, type }));
    this.selections.push({ name, table: scan.table, plan: { relation, columns: named } });
    return { kind: 'scan', table: name, columns: scan.columns };
  }

  #time(source: string): ScanNode['columns'][number] {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name: source, source, type: 'datetime' };
  }
}

function filtered(input: Relation, conditions: readonly Scalar[]): Relation {
  return conditions.reduce<Relation>((relation, predicate) => ({ kind: 'filter', input: relation, predicate }), input);
}

function hasSubquery(node: Scalar): boolean {
  return relationsOf(node).length > 0 || scalarsOf(node).some(hasSubquery);
}
