import { columnsOf } from './columns.ts';
import type { Plan, Relation } from './relation.ts';
import type { Scalar } from './scalar.ts';
import { Transformer } from './transformer.ts';
import { columnsRead } from './visitor.ts';

type Ids = ReadonlySet<number>;

/** The plan without the columns that nobody reads: scans give what the query needs, and no more. */
export function prune(plan: Plan): Plan {
  const pruner = new Pruner();
  return { relation: pruner.keep(plan.relation, ids(plan.columns)), columns: plan.columns };
}

class Pruner extends Transformer {
  readonly #tables = new Map<number, Relation>();

  /** The relation with at least the columns `needed`. */
  keep(node: Relation, needed: Ids): Relation {
    switch (node.kind) {
      case 'scan':
        return { ...node, columns: node.columns.filter((column) => needed.has(column.id)) };
      case 'values':
      case 'range':
        return this.relation(node);
      case 'filter': {
        const input = this.keep(node.input, plus(needed, [node.predicate]));
        return { ...node, input, predicate: this.scalar(node.predicate) };
      }
      case 'project': {
        const columns = node.columns.filter((defined) => needed.has(defined.column.id));
        const input = this.keep(
          node.input,
          plus(
            none,
            columns.map((defined) => defined.value),
          ),
        );
        return { ...node, input, columns: columns.map((defined) => this.defined(defined)) };
      }
      case 'summarize': {
        const wanted = node.aggregates.filter((defined) => needed.has(defined.column.id));
        // A summarize without groups and aggregates would have no row.
        const aggregates = wanted.length + node.groups.length > 0 ? wanted : node.aggregates.slice(0, 1);
        const read = [...node.groups, ...aggregates].map((defined) => defined.value);
        return {
          ...node,
          input: this.keep(node.input, plus(none, read)),
          groups: node.groups.map((defined) => this.defined(defined)),
          aggregates: aggregates.map((defined) => this.defined(defined)),
        };
      }
      case 'unique': {
        const input = this.keep(node.input, plus(needed, node.keys));
        return { ...node, input, keys: node.keys.map((key) => this.scalar(key)) };
      }
      case 'join': {
        const on = node.on.flatMap((pair) => [pair.left, pair.right]);
        const all = plus(needed, on);
        return { ...node, left: this.keep(node.left, all), right: this.keep(node.right, all) };
      }
      case 'union': {
        const kept = node.columns.flatMap((column, index) => (needed.has(column.id) ? [index] : []));
        const pick = <T>(list: readonly T[]): readonly T[] => kept.flatMap((index) => list[index] ?? []);
        const inputs = node.inputs.map((item) => {
          const columns = pick(item.columns);
          return { input: this.keep(item.input, new Set(columns)), columns };
        });
        return { ...node, columns: pick(node.columns), inputs };
      }
      case 'sort': {
        const input = this.keep(
          node.input,
          plus(
            needed,
            node.keys.map((key) => key.by),
          ),
        );
        return { ...node, input, keys: node.keys.map((key) => this.key(key)) };
      }
      case 'take':
        return { ...node, input: this.keep(node.input, needed) };
      case 'expand': {
        const input = this.keep(
          node.input,
          plus(
            needed,
            node.items.map((item) => item.value),
          ),
        );
        return { ...node, input, index: node.index && needed.has(node.index.id) ? node.index : undefined };
      }
      case 'iterate': {
        const stages = node.stages.map((stage) => stage.map((defined) => this.defined(defined)));
        const read = plus(
          needed,
          stages.flat().map((defined) => defined.value),
        );
        const own = ids([node.place, ...(node.part === undefined ? [] : [node.part])]);
        return { ...node, input: this.keep(node.input, new Set([...read, ...own])), stages };
      }
      case 'shared': {
        const input =
          this.#tables.get(node.key) ?? this.keep(node.input, new Set(node.columns.map((column) => column.source)));
        this.#tables.set(node.key, input);
        return { ...node, input };
      }
    }
  }

  override scalar(node: Scalar): Scalar {
    switch (node.kind) {
      case 'scalarQuery':
      case 'listQuery':
        return { ...node, query: this.keep(node.query, new Set([node.column])) };
      case 'inQuery':
        return { ...node, operand: this.scalar(node.operand), query: this.keep(node.query, new Set([node.column])) };
      default:
        return super.scalar(node);
    }
  }

  override relation(node: Relation): Relation {
    return node.kind === 'values' || node.kind === 'range'
      ? super.relation(node)
      : this.keep(node, ids(columnsOf(node)));
  }
}

const none: Ids = new Set();

function ids(columns: readonly { readonly id: number }[]): Ids {
  return new Set(columns.map((column) => column.id));
}

function plus(needed: Ids, read: readonly Scalar[]): Ids {
  return new Set([...needed, ...read.flatMap((value) => [...columnsRead(value)])]);
}
