import { Refusal } from '../diagnostics.ts';
import type { Constant } from '../types.ts';
import { highestId } from './highest-id.ts';
import type { Plan, Relation, ValuesNode } from './relation.ts';
import type { CallNode, PlanColumn, Scalar } from './scalar.ts';
import { Transformer } from './transformer.ts';

/** Functions of constants, by name; undefined where the answer is not known. */
export type Foldings = Readonly<Record<string, (...args: readonly Constant[]) => Constant | undefined>>;

/** The plan with all calls of these functions computed: a call of constants becomes a constant, and one over the columns
 *  of a `datatable` becomes one more column of it.
 *  @throws Refusal for a call over values that are known only when the query runs. */
export function fold(plan: Plan, foldings: Foldings): Plan {
  const folder = new Folder(foldings, highestId(plan.relation));
  return { relation: folder.relation(plan.relation), columns: plan.columns };
}

class Folder extends Transformer {
  readonly #foldings: Foldings;
  #lastId: number;
  /** The input of the node whose scalars are being rebuilt. */
  #input: Relation | undefined;

  constructor(foldings: Foldings, lastId: number) {
    super();
    this.#foldings = foldings;
    this.#lastId = lastId;
  }

  override relation(node: Relation): Relation {
    switch (node.kind) {
      case 'project':
        return this.#over(node, () => ({ columns: node.columns.map((item) => this.defined(item)) }));
      case 'filter':
        return this.#over(node, () => ({ predicate: this.scalar(node.predicate) }));
      case 'summarize':
        return this.#over(node, () => ({
          groups: node.groups.map((item) => this.defined(item)),
          aggregates: node.aggregates.map((item) => this.defined(item)),
        }));
      case 'expand':
        return this.#over(node, () => ({
          items: node.items.map((item) => ({ ...item, value: this.scalar(item.value) })),
        }));
      default: {
        const outer = this.#input;
        this.#input = undefined;
        const made = super.relation(node);
        this.#input = outer;
        return made;
      }
    }
  }

  override scalar(node: Scalar): Scalar {
    const made = super.scalar(node);
    if (made.kind !== 'call' || made.family !== 'function' || !Object.hasOwn(this.#foldings, made.name)) return made;
    return this.#folded(made);
  }

  /** The node rebuilt over an input that its scalars may widen. */
  #over<N extends Extract<Relation, { input: Relation }>>(node: N, rebuild: () => Partial<N>): N {
    const outer = this.#input;
    this.#input = this.relation(node.input);
    const parts = rebuild();
    const made = { ...node, ...parts, input: this.#input };
    this.#input = outer;
    return made;
  }

  #folded(node: CallNode): Scalar {
    const values = node.args.map((arg) => valuesOf(arg, this.#input));
    const sources = new Set(values.flatMap((value) => (value?.source === undefined ? [] : [value.source])));
    const [source] = sources;
    if (sources.size > 1 || values.includes(undefined)) return refuseUnknown(node);
    const compute = (row: number): Constant => {
      const answer = this.#foldings[node.name]?.(...values.map((value) => value?.at(row) ?? null));
      if (answer !== undefined) return answer;
      throw new Refusal(
        'WK002',
        node.span,
        `\`${node.name}\` is not computed for these values.`,
        'Bring the answer along as a column or in a `datatable`.',
      );
    };
    if (source === undefined) return { kind: 'constant', value: compute(0), type: node.type, span: node.span };
    const column = { id: ++this.#lastId, name: node.name, type: node.type };
    const widened = this.#input && withColumn(this.#input, source, column, compute);
    if (widened === undefined) return refuseUnknown(node);
    this.#input = widened;
    return { kind: 'column', id: column.id, type: column.type, span: node.span };
  }
}

function refuseUnknown(node: CallNode): never {
  throw new Refusal(
    'WK001',
    node.span,
    `\`${node.name}\` is computed while compiling, and its values are known only when the query runs.`,
    'Give it constants, or columns of a `datatable`.',
  );
}

/** What a scalar is: the same in all rows, or a column of constant rows. */
interface Values {
  readonly source?: ValuesNode;
  at(row: number): Constant;
}

function valuesOf(node: Scalar, input: Relation | undefined): Values | undefined {
  if (node.kind === 'constant') return { at: () => node.value };
  return node.kind === 'column' && input !== undefined ? columnIn(input, node.id) : undefined;
}

/** Where a column of a relation comes from. */
function columnIn(node: Relation, id: number): Values | undefined {
  switch (node.kind) {
    case 'values': {
      const index = node.columns.findIndex((column) => column.id === id);
      return index < 0 ? undefined : { source: node, at: (row) => node.rows[row]?.[index] ?? null };
    }
    case 'project': {
      const found = node.columns.find(({ column }) => column.id === id);
      return found === undefined ? undefined : valuesOf(found.value, node.input);
    }
    case 'join':
      // Of a side that a join pads, a constant is null in some rows.
      return (
        (keepsLeft[node.join] ? columnIn(node.left, id) : undefined) ??
        (keepsRight[node.join] ? columnIn(node.right, id) : undefined)
      );
    case 'filter':
    case 'sort':
    case 'take':
    case 'unique':
    case 'expand':
      return columnIn(node.input, id);
    default:
      return undefined;
  }
}

/** The relation with one more column in its constant rows; undefined where a step in between would change its values. */
function withColumn(
  node: Relation,
  source: ValuesNode,
  column: PlanColumn,
  compute: (row: number) => Constant,
): Relation | undefined {
  if (node === source) {
    const rows = source.rows.map((row, index) => [...row, compute(index)]);
    return { kind: 'values', columns: [...source.columns, column], rows };
  }
  const inner = (input: Relation) => withColumn(input, source, column, compute);
  switch (node.kind) {
    case 'project': {
      const input = inner(node.input);
      const value: Scalar = { kind: 'column', id: column.id, type: column.type, span: { start: 0, length: 0 } };
      return input && { ...node, input, columns: [...node.columns, { column, value }] };
    }
    case 'filter':
    case 'sort':
    case 'take':
    case 'unique':
    case 'expand': {
      const input = inner(node.input);
      return input && { ...node, input };
    }
    case 'join': {
      const left = keepsLeft[node.join] ? inner(node.left) : undefined;
      if (left !== undefined) return { ...node, left };
      const right = keepsRight[node.join] ? inner(node.right) : undefined;
      return right && { ...node, right };
    }
    default:
      return undefined;
  }
}

/** Joins that hand on the rows of a side as they are, without rows of nulls. */
const keepsLeft = {
  inner: true,
  leftouter: true,
  rightouter: false,
  fullouter: false,
  leftsemi: true,
  leftanti: true,
} as const;
const keepsRight = {
  inner: true,
  leftouter: false,
  rightouter: true,
  fullouter: false,
  leftsemi: false,
  leftanti: false,
} as const;
