import type { Bound } from '../parse/tree.ts';
import type { Scalar, WindowNode } from '../plan/scalar.ts';
import { type Lowering, refuse, type Scope, typeOf } from './context.ts';
import { call, constant } from './scalar-operator.ts';

/** The functions over serialized rows. */
export const windowNames: ReadonlySet<string> = new Set([
  'row_number',
  'prev',
  'next',
  'row_cumsum',
  'row_rank_dense',
  'row_rank_min',
  'row_window_session',
]);

/** `row_number()`, `prev(x)`, `next(x)` and `row_cumsum(x)`, computed beforehand into an unseen column. */
export function lowerWindow(
  node: Bound,
  name: string,
  args: readonly Bound[],
  scope: Scope,
  context: Lowering,
): Scalar {
  const { hoist } = scope;
  if (hoist === undefined) {
    return refuse(
      node.span,
      'WK003',
      `\`${name}\` needs rows in a defined order.`,
      'Put `| sort by …` or `| serialize` in front.',
    );
  }
  if (name !== 'row_number' && name !== 'prev' && name !== 'next' && name !== 'row_cumsum') {
    return refuse(node.span, 'WK001', `\`${name}\` is not supported.`, 'Write `row_number()` or `row_cumsum(…)`.');
  }
  const values = args.map((arg) => context.scalar(arg, scope));
  const window = (parts: Partial<WindowNode>, order: WindowNode['order']): WindowNode => ({
    kind: 'window',
    name,
    args: [],
    restart: undefined,
    order,
    type: typeOf(node),
    span: node.span,
    ...parts,
  });
  const restartAt = name === 'row_number' || name === 'row_cumsum' ? values[1] : undefined;
  const restart =
    restartAt === undefined
      ? undefined
      : hoist((order) => {
          const one = call(
            'iff',
            [restartAt, constant(1n, 'long', node.span), constant(0n, 'long', node.span)],
            'long',
            node.span,
          );
          return window({ name: 'row_cumsum', args: [one], type: 'long' }, order);
        });
  if (name === 'prev' || name === 'next') {
    const offset = values[1];
    if (offset !== undefined && (offset.kind !== 'constant' || typeof offset.value !== 'bigint' || offset.value < 1n)) {
      return refuse(offset.span, 'WK001', `The offset of \`${name}\` must be a constant of at least 1.`);
    }
  }
  if (name === 'row_number') {
    const start = values[0];
    const number = hoist((order) => window({ restart }, order));
    if (start === undefined) return number;
    const shifted: Scalar = {
      kind: 'call',
      family: 'operator',
      name: '+',
      args: [number, start],
      type: 'long',
      span: node.span,
    };
    return { ...shifted, name: '-', args: [shifted, constant(1n, 'long', node.span)] };
  }
  const kept = name === 'row_cumsum' ? values.slice(0, 1) : values;
  return hoist((order) => window({ args: kept, restart }, order));
}
