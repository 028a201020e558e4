import { conjuncts } from '../../plan/conjuncts.ts';
import type { Defined, SummarizeNode } from '../../plan/relation.ts';
import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import { columnsRead } from '../../plan/visitor.ts';
import type { KqlType } from '../../types.ts';
import { Growth } from '../growth.ts';
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
  const judge = new Growth(groups, aggregates, () => true);
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
