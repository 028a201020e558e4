import { highestId } from '../plan/highest-id.ts';
import type { Plan, Relation } from '../plan/relation.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import { Transformer } from '../plan/transformer.ts';
import { readsNow, relationsOf, walk } from '../plan/visitor.ts';

/** The plan with `now()` read from each row: every scan also gives its table's column `source` (datetime, ticks), and
 *  `now()` is that column's value. It is the last column of the result as well, beyond the plan's own. A row-wise query
 *  can so be asked for every row at a moment of the row's own, in one pass. Undefined where rows are not of one table row each (a grouping, a join, constant rows) or where a subquery
 *  reads `now()`: such a query has no row whose moment it could be. */
export function nowOfEachRow(plan: Plan, source: string): Plan | undefined {
  try {
    const { relation, moment } = new Carrier(source, highestId(plan.relation) + 1).carry(plan.relation);
    return { relation, columns: [...plan.columns, moment] };
  } catch (error) {
    if (error instanceof NotCarried) return undefined;
    throw error;
  }
}

class NotCarried extends Error {}

interface Carried {
  readonly relation: Relation;
  /** The column that holds the row's moment. */
  readonly moment: PlanColumn;
}

class Carrier {
  readonly #source: string;
  #nextId: number;

  constructor(source: string, nextId: number) {
    this.#source = source;
    this.#nextId = nextId;
  }

  carry(node: Relation): Carried {
    switch (node.kind) {
      case 'scan': {
        const moment = this.#column();
        return { relation: { ...node, columns: [...node.columns, { ...moment, source: this.#source }] }, moment };
      }
      case 'filter': {
        const { relation, moment } = this.carry(node.input);
        return { relation: { ...node, input: relation, predicate: at(moment, node.predicate) }, moment };
      }
      case 'project': {
        const { relation, moment } = this.carry(node.input);
        const columns = node.columns.map(({ column, value }) => ({ column, value: at(moment, value) }));
        const passed = { column: moment, value: columnNode(moment, { start: 0, length: 0 }) };
        return { relation: { ...node, input: relation, columns: [...columns, passed] }, moment };
      }
      case 'sort': {
        const { relation, moment } = this.carry(node.input);
        const keys = node.keys.map((key) => ({ ...key, by: at(moment, key.by) }));
        return { relation: { ...node, input: relation, keys }, moment };
      }
      case 'expand': {
        const { relation, moment } = this.carry(node.input);
        const items = node.items.map((item) => ({ ...item, value: at(moment, item.value) }));
        return { relation: { ...node, input: relation, items }, moment };
      }
      case 'union': {
        const inputs = node.inputs.map((item) => {
          const { relation, moment } = this.carry(item.input);
          return { input: relation, columns: [...item.columns, moment.id] };
        });
        const moment = this.#column();
        return { relation: { ...node, columns: [...node.columns, moment], inputs }, moment };
      }
      default:
        throw new NotCarried();
    }
  }

  #column(): PlanColumn {
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name: this.#source, type: 'datetime' };
  }
}

function at(moment: PlanColumn, scalar: Scalar): Scalar {
  return new MomentForNow(moment).scalar(scalar);
}

class MomentForNow extends Transformer {
  readonly #moment: PlanColumn;

  constructor(moment: PlanColumn) {
    super();
    this.#moment = moment;
  }

  override scalar(node: Scalar): Scalar {
    if (node.kind === 'now') return columnNode(this.#moment, node.span);
    if (node.kind === 'window' || relationsOf(node).some(dependsOnMoment)) throw new NotCarried();
    return super.scalar(node);
  }
}

function dependsOnMoment(subquery: Relation): boolean {
  let found = readsNow(subquery);
  walk(subquery, (node) => {
    if (node.kind === 'scan') found = true;
  });
  return found;
}

function columnNode(column: PlanColumn, span: Scalar['span']): Scalar {
  return { kind: 'column', id: column.id, type: column.type, span };
}
