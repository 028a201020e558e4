import type { PlanColumn, Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { read } from './carried.ts';
import { notSwept } from './notSwept.ts';
import { call, internal, long } from './scalars.ts';

/** How an aggregate of rows that come and go is had. */
export type Way =
  /** From running sums of these values of the rows. */
  | { readonly from: 'sums'; readonly of: readonly Scalar[]; readonly value: (sums: readonly PlanColumn[]) => Scalar }
  /** From the number of values of rows that meet the condition. */
  | { readonly from: 'values'; readonly of: Scalar; readonly where: Scalar | undefined }
  /** From those values, each once, by the aggregate itself; `none` where there is no value. */
  | {
      readonly from: 'set';
      readonly of: Scalar;
      readonly where: Scalar | undefined;
      readonly again: (value: Scalar) => Scalar;
      readonly none: Scalar | undefined;
    };

const emptyList: Scalar = { kind: 'constant', value: { json: [] }, type: 'dynamic', span: { start: 0, length: 0 } };

/** @throws NotSwept for an aggregate that shows more than sums of whole numbers and which values there are */
export function wayOf(node: Scalar): Way {
  if (node.kind !== 'aggregate') return notSwept('it computes with an aggregate where it groups');
  const { name, args, order } = node;
  const conditional = name.endsWith('if');
  const base = conditional ? name.slice(0, -2).replace(/_$/, '') : name;
  const [value, ...more] = args;
  const size = base === 'make_set' || base === 'makeset' ? 1 : 0;
  // `sumif(value, condition)`, `countif(condition)`, `make_set_if(value, condition, size)`.
  const where = !conditional ? undefined : base === 'count' ? value : more[0];
  const counted = where === undefined ? long(1n) : iff(where, long(1n));
  if (order.length > 0) return notSwept(`${name}() depends on the order of rows`);
  switch (base) {
    case 'count':
      return { from: 'sums', of: [counted], value: ([sum]) => readOf(sum) };
    case 'sum':
      return { from: 'sums', of: [addend(value, where, name)], value: ([sum]) => readOf(sum) };
    case 'avg': {
      const known = value && call('isnotnull', [value], 'bool');
      const counts = known && iff(where === undefined ? known : both(known, where), long(1n));
      return {
        from: 'sums',
        of: [addend(value, where, name), counts ?? long(0n)],
        value: ([sum, count]) => internal('mean', [readOf(sum), readOf(count)], 'real'),
      };
    }
    case 'dcount':
    case 'count_distinct':
      if (value === undefined) break;
      return { from: 'values', of: value, where };
    case 'min':
    case 'max':
    case 'make_set':
    case 'makeset': {
      if (value === undefined) break;
      const sizes = size === 0 ? [] : more.slice(conditional ? 1 : 0);
      const own = { ...node, name: base };
      return {
        from: 'set',
        of: value,
        where,
        again: (each) => ({ ...own, args: [each, ...sizes] }),
        none: size === 0 ? undefined : emptyList,
      };
    }
  }
  return notSwept(`${name}() cannot be had by adding rows and taking them away`);
}

function readOf(column: PlanColumn | undefined): Scalar {
  return column === undefined ? long(0n) : read(column);
}

/** What a row adds to a sum; null adds nothing. */
function addend(value: Scalar | undefined, where: Scalar | undefined, name: string): Scalar {
  if (value === undefined || !isWhole(value.type)) {
    return notSwept(`${name}() of numbers that are not whole drifts when rows are taken away`);
  }
  const known = call('coalesce', [value, long(0n)], 'long');
  return where === undefined ? known : iff(where, known);
}

function isWhole(type: KqlType): boolean {
  return type === 'int' || type === 'long';
}

function iff(where: Scalar, value: Scalar): Scalar {
  return call('iff', [where, value, long(0n)], 'long');
}

function both(one: Scalar, other: Scalar): Scalar {
  return { kind: 'call', family: 'operator', name: 'and', args: [one, other], type: 'bool', span: other.span };
}
