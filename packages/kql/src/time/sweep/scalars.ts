import type { OrderKey, PlanColumn, Scalar, WindowNode } from '../../plan/scalar.ts';
import type { KqlType, Span } from '../../types.ts';
import { read } from './carried.ts';

const span: Span = { start: 0, length: 0 };

export function long(value: bigint): Scalar {
  return { kind: 'constant', value, type: 'long', span };
}

export function internal(name: string, args: readonly Scalar[], type: KqlType = 'long'): Scalar {
  return { kind: 'call', family: 'internal', name, args, type, span };
}

export function call(name: string, args: readonly Scalar[], type: KqlType): Scalar {
  return { kind: 'call', family: 'function', name, args, type, span };
}

function operator(name: string, args: readonly Scalar[]): Scalar {
  return { kind: 'call', family: 'operator', name, args, type: 'bool', span };
}

export function less(left: Scalar, right: Scalar): Scalar {
  return operator('<', [left, right]);
}

export function lessOrEqual(left: Scalar, right: Scalar): Scalar {
  return operator('<=', [left, right]);
}

export function equal(left: Scalar, right: Scalar): Scalar {
  return operator('==', [left, right]);
}

export function notEqual(left: Scalar, right: Scalar): Scalar {
  return operator('!=', [left, right]);
}

export function notNull(value: Scalar): Scalar {
  return call('isnotnull', [value], 'bool');
}

export function sumOf(column: PlanColumn): Scalar {
  return { kind: 'aggregate', name: 'sum', args: [read(column)], output: 0, order: [], type: 'long', span };
}

/** The sum of the values of all rows with the same keys up to this one. */
export function runningSum(value: PlanColumn, keys: readonly PlanColumn[], order: PlanColumn): Scalar {
  return window('row_cumsum', value, keys, order);
}

/** The value of the next row with the same keys. */
export function next(value: PlanColumn, keys: readonly PlanColumn[], order: PlanColumn): Scalar {
  return window('next', value, keys, order);
}

function window(
  name: WindowNode['name'],
  value: PlanColumn,
  keys: readonly PlanColumn[],
  order: PlanColumn,
): WindowNode {
  const by: OrderKey = { by: read(order), ascending: true, nullsFirst: true };
  return {
    kind: 'window',
    name,
    args: [read(value)],
    restart: internal('keys', keys.map(read)),
    order: [by],
    type: value.type,
    span,
  };
}
