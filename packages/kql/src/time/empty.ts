import type { Plan, Relation } from '../plan/relation.ts';
import { Transformer } from '../plan/transformer.ts';

/** Does the relation have no rows whenever the tables that it reads have none, or those of them for which `empty` is true?
 *  True only where its form says so. */
export function emptyOverNothing(node: Relation, empty: (table: string) => boolean = () => true): boolean {
  const none = (of: Relation): boolean => emptyOverNothing(of, empty);
  switch (node.kind) {
    case 'scan':
      return empty(node.table);
    case 'values':
      return node.rows.length === 0;
    case 'range':
      return false;
    case 'filter':
    case 'project':
    case 'unique':
    case 'sort':
    case 'take':
    case 'expand':
    case 'iterate':
    case 'shared':
      return none(node.input);
    case 'summarize':
      // Without `by` there is one row over nothing.
      return node.groups.length > 0 && none(node.input);
    case 'union':
      return node.inputs.every(({ input }) => none(input));
    case 'join':
      switch (node.join) {
        case 'inner':
          return none(node.left) || none(node.right);
        case 'leftouter':
        case 'leftsemi':
        case 'leftanti':
          return none(node.left);
        case 'rightouter':
          return none(node.right);
        case 'fullouter':
          return none(node.left) && none(node.right);
      }
  }
}

/** The plan without the parts that can give nothing, and take nothing away, while the tables for which `empty` is true have
 *  no rows: the same answer, from fewer tables. */
export function withoutEmpty(plan: Plan, empty: (table: string) => boolean): Plan {
  return { relation: new WithoutEmpty(empty).relation(plan.relation), columns: plan.columns };
}

class WithoutEmpty extends Transformer {
  readonly #empty: (table: string) => boolean;

  constructor(empty: (table: string) => boolean) {
    super();
    this.#empty = empty;
  }

  override relation(node: Relation): Relation {
    if (node.kind === 'join' && node.join === 'leftanti' && this.#isEmpty(node.right)) return this.relation(node.left);
    if (node.kind !== 'union') return super.relation(node);
    const inputs = node.inputs.filter(({ input }) => !this.#isEmpty(input));
    return super.relation(inputs.length === 0 ? node : { ...node, inputs });
  }

  #isEmpty(node: Relation): boolean {
    return emptyOverNothing(node, this.#empty);
  }
}
