import { conjuncts } from '../../plan/conjuncts.ts';
import type { Defined, SummarizeNode } from '../../plan/relation.ts';
import type { AggregateNode, PlanColumn, Scalar } from '../../plan/scalar.ts';
import { columnsRead, walk } from '../../plan/visitor.ts';
import { isVolatileCall } from '../../plan/volatile.ts';
import type { KqlType } from '../../types.ts';
import { read } from './carried.ts';
import type { Making } from './making.ts';
import { call, less, long } from './scalars.ts';

/** A condition that more rows than a group has must meet if the group itself is to. */
export interface Possible {
  readonly aggregates: readonly Defined[];
  /** The same columns of two sets of rows together, from those of each. */
  readonly together: readonly Defined[];
  /** The columns that the condition reads, of those. */
  readonly bounds: readonly Defined[];
  readonly condition: Scalar;
}

/** What of the conditions over a `summarize` only gets truer with more rows: counts, sums of what is positive in them
 *  and the largest values, tested with > and >=, and the smallest with < and <=. Undefined where nothing does. With it
 *  the times at which a group cannot meet them are known from a plain grouping. */
export function possible(
  { groups, aggregates }: SummarizeNode,
  conditions: readonly Scalar[],
  making: Making,
): Possible | undefined {
  const judge = new Judge(groups, aggregates);
  const parts = conditions.flatMap(conjuncts).filter((part) => judge.onlyGrows(part));
  const cheap = parts.filter((part) => !judge.countsValues(part));
  const kept = cheap.length > 0 ? cheap : parts;
  const [first, ...others] = kept;
  const used = new Set(kept.flatMap((part) => [...columnsRead(part)]));
  const made = aggregates.filter(({ column }) => used.has(column.id)).map((defined) => boundOf(defined, making));
  if (first === undefined || made.length === 0) return undefined;
  const condition = others.reduce((all, part): Scalar => operator('and', [all, part], 'bool'), first);
  return {
    aggregates: made.map(({ aggregate }) => aggregate),
    together: made.map(({ aggregate }) => togetherOf(aggregate)),
    bounds: made.map(({ bound }) => bound),
    condition,
  };
}

type Direction = 'up' | 'down' | 'still';

class Judge {
  readonly #groups: ReadonlySet<number>;
  readonly #aggregates: ReadonlyMap<number, AggregateNode>;

  constructor(groups: readonly Defined[], aggregates: readonly Defined[]) {
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
        return isWhole(aggregate.args[0]?.type) ? 'up' : undefined;
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

function isWhole(type: KqlType | undefined): boolean {
  return type === 'int' || type === 'long';
}

/** Without NaN, and with null for nothing. */
function isOrdered(type: KqlType): boolean {
  return isWhole(type) || type === 'datetime' || type === 'timespan';
}

/** The aggregate, or what is never less. A sum of many rows may wrap around where one of fewer does not: as a real it
 *  cannot, and its rounding is made good. */
function boundOf({ column, value }: Defined, making: Making): { aggregate: Defined; bound: Defined } {
  if (value.kind !== 'aggregate' || !value.name.startsWith('sum')) {
    return { aggregate: { column, value }, bound: { column, value: read(column) } };
  }
  const [summed = long(0n), ...where] = value.args;
  const positive = call('iff', [less(long(0n), summed), call('toreal', [summed], 'real'), real(0)], 'real');
  const raw: PlanColumn = making.column('$most', 'real');
  const slack = operator('*', [read(raw), real(1.000001)], 'real');
  return {
    aggregate: { column: raw, value: { ...value, args: [positive, ...where], type: 'real' } },
    bound: { column: { ...column, type: 'real' }, value: operator('+', [slack, real(1)], 'real') },
  };
}

/** Two sets have at most as many different values as both counts say. */
function togetherOf({ column, value }: Defined): Defined {
  if (value.kind !== 'aggregate') return { column, value };
  const name = /^(min|max)/.exec(value.name)?.[0] ?? 'sum';
  return { column, value: { ...value, name, args: [read(column)], type: column.type } };
}

function real(value: number): Scalar {
  return { kind: 'constant', value, type: 'real', span: { start: 0, length: 0 } };
}

function operator(name: string, args: readonly Scalar[], type: KqlType): Scalar {
  return { kind: 'call', family: 'operator', name, args, type, span: { start: 0, length: 0 } };
}
