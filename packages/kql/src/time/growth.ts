import type { Defined } from '../plan/relation.ts';
import type { AggregateNode, Scalar } from '../plan/scalar.ts';
import { columnsRead, walk } from '../plan/visitor.ts';
import { isVolatileCall } from '../plan/volatile.ts';
import type { KqlType } from '../types.ts';

type Direction = 'up' | 'down' | 'still';

/** Which conditions over a `summarize` only get truer when its groups have more rows. */
export class Growth {
  readonly #groups: ReadonlySet<number>;
  readonly #aggregates: ReadonlyMap<number, AggregateNode>;

  readonly #onlyAdds: (value: Scalar) => boolean;

  /** `onlyAdds`: of which values a sum never falls. */
  constructor(groups: readonly Defined[], aggregates: readonly Defined[], onlyAdds: (value: Scalar) => boolean) {
    this.#onlyAdds = onlyAdds;
    this.#groups = new Set(groups.map(({ column }) => column.id));
    this.#aggregates = new Map(
      aggregates.flatMap(({ column, value }) => (value.kind === 'aggregate' ? [[column.id, value] as const] : [])),
    );
  }

  /** Where it holds of some rows of a group, it holds of more of them. */
  onlyGrows(node: Scalar): boolean {
    if (this.#direction(node) === 'still') return true;
    if (node.kind !== 'call' || node.family !== 'operator') return false;
    const [left, right] = node.args;
    if (left === undefined || right === undefined) return false;
    if (node.name === 'and' || node.name === 'or') return node.args.every((part) => this.onlyGrows(part));
    if (node.name === '>' || node.name === '>=') return this.#goes(left, 'up') && this.#goes(right, 'down');
    if (node.name === '<' || node.name === '<=') return this.#goes(left, 'down') && this.#goes(right, 'up');
    return false;
  }

  /** Does it need to know which values there are? */
  countsValues(node: Scalar): boolean {
    return [...columnsRead(node)].some((id) =>
      /^(d?count_?distinct|dcount)/.test(this.#aggregates.get(id)?.name ?? ''),
    );
  }

  #adds(value: Scalar | undefined): boolean {
    return value !== undefined && isWhole(value.type) && this.#onlyAdds(value);
  }

  #goes(node: Scalar, direction: Direction): boolean {
    const own = this.#direction(node);
    return own === 'still' || own === direction;
  }

  /** How a value changes with more rows. */
  #direction(node: Scalar): Direction | undefined {
    if ([...columnsRead(node)].every((id) => this.#groups.has(id))) return dependsOnMore(node) ? undefined : 'still';
    const aggregate = node.kind === 'column' ? this.#aggregates.get(node.id) : undefined;
    if (aggregate === undefined) return undefined;
    switch (aggregate.name) {
      case 'count':
      case 'countif':
      case 'dcount':
      case 'dcountif':
      case 'count_distinct':
      case 'count_distinctif':
        return 'up';
      case 'sum':
      case 'sumif':
        return this.#adds(aggregate.args[0]) ? 'up' : undefined;
      case 'max':
      case 'maxif':
        return isOrdered(aggregate.type) ? 'up' : undefined;
      case 'min':
      case 'minif':
        return isOrdered(aggregate.type) ? 'down' : undefined;
      default:
        return undefined;
    }
  }
}

/** On the moment, or on other rows. */
function dependsOnMore(node: Scalar): boolean {
  let found = false;
  walk(node, (item) => {
    if (!('span' in item) || item.kind === 'now' || item.kind === 'window' || isVolatileCall(item)) found = true;
  });
  return found;
}

function isWhole(type: KqlType): boolean {
  return type === 'int' || type === 'long';
}

/** Without NaN, and with null for nothing. */
function isOrdered(type: KqlType): boolean {
  return isWhole(type) || type === 'datetime' || type === 'timespan';
}
