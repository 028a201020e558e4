import { conjuncts } from './conjuncts.ts';
import type { Plan, Relation } from './relation.ts';
import type { Scalar } from './scalar.ts';
import { Transformer } from './transformer.ts';
import { isVolatile } from './volatile.ts';

/** The plan without conditions that say nothing: of `where a or b | where a`, the first is implied by the second, and so
 *  is one of two equal ones. Published rules are full of them, and each costs a pass of a regular expression over every
 *  row. The law holds in three-valued logic too. What is another at every call (`rand()`) implies nothing. */
export function absorb(plan: Plan): Plan {
  return { relation: new Absorber().relation(plan.relation), columns: plan.columns };
}

class Absorber extends Transformer {
  override relation(node: Relation): Relation {
    if (node.kind !== 'filter') return super.relation(node);
    const filters = chain(node);
    const known = new Set<string>();
    const kept: Scalar[] = [];
    // Shorter conditions first: `a` must be known before `a or b` is judged.
    const parts = filters.flatMap((filter) => conjuncts(filter.predicate));
    const keys = new Map(parts.map((part) => [part, keyOf(part)]));
    for (const part of [...parts].sort((a, b) => disjuncts(a).length - disjuncts(b).length)) {
      if (disjuncts(part).some((item) => known.has(keyOf(item)))) continue;
      if (!isVolatile(part)) known.add(keys.get(part) ?? '');
      kept.push(part);
    }
    const needed = new Set(kept);
    let input = this.relation(filters.at(-1)?.input ?? node.input);
    for (const filter of [...filters].reverse()) {
      const own = conjuncts(filter.predicate).filter((part) => needed.has(part));
      const predicate = own.map((part) => this.scalar(part)).reduce<Scalar | undefined>(both, undefined);
      if (predicate !== undefined) input = { kind: 'filter', input, predicate };
    }
    return input;
  }
}

/** A filter and the filters right under it, the last one first. */
function chain(node: Extract<Relation, { kind: 'filter' }>): Extract<Relation, { kind: 'filter' }>[] {
  return node.input.kind === 'filter' ? [node, ...chain(node.input)] : [node];
}

function both(left: Scalar | undefined, right: Scalar): Scalar {
  if (left === undefined) return right;
  return { kind: 'call', family: 'operator', name: 'and', args: [left, right], type: 'bool', span: right.span };
}

function disjuncts(node: Scalar): readonly Scalar[] {
  return node.kind === 'call' && node.family === 'operator' && node.name === 'or'
    ? node.args.flatMap(disjuncts)
    : [node];
}

/** What a scalar computes, as text, wherever it stood in the query. Values of different types have different texts. */
function keyOf(node: Scalar): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (key === 'span') return undefined;
    if (typeof value === 'string' || typeof value === 'bigint') return `${typeof value} ${value}`;
    return typeof value === 'number' ? `number ${Object.is(value, -0) ? '-0' : value}` : value;
  });
}
