import type { Bound } from '../parse/tree.ts';
import type { Scalar } from '../plan/scalar.ts';
import { type Lowering, refuse, type Scope } from './context.ts';
import { call, constant, operator } from './scalar-operator.ts';
import { reference } from './table.ts';

/** `row_window_session(x, maxFromFirst, maxBetween, restart)` (row-window-session-function.md): the first value of the
 *  session that a row belongs to. A null belongs to none, and the value behind it begins one. */
export function sessionStart(node: Bound, values: readonly Scalar[], scope: Scope, context: Lowering): Scalar {
  const { span } = node;
  const [value, fromFirst, between, restart] = values;
  if (value?.type !== 'datetime' || fromFirst?.type !== 'timespan' || between?.type !== 'timespan') {
    return refuse(span, 'WK002', '`row_window_session` takes a datetime and two timespans.');
  }
  const [start, last] = [context.column('start', 'datetime'), context.column('last', 'datetime')];
  const begins = context.column('begins', 'bool');
  const next = context.column('start', 'datetime');
  const now = context.column('now', 'datetime');
  const beyond = (from: Scalar, distance: Scalar): Scalar =>
    operator('>=', [value, operator('+', [from, distance], 'datetime', span)], 'bool', span);
  const reasons = [
    call('isnull', [reference(start, span)], 'bool', span),
    beyond(reference(start, span), fromFirst),
    beyond(reference(last, span), between),
    call('isnull', [value], 'bool', span),
    ...(restart === undefined ? [] : [restart]),
  ];
  const any = reasons.reduce((left, right) => operator('or', [left, right], 'bool', span));
  const state = [start, last].map((column, index) => ({
    column,
    first: constant(null, 'datetime', span),
    next: index === 0 ? next.id : now.id,
  }));
  const chosen = call('iff', [reference(begins, span), value, reference(start, span)], 'datetime', span);
  const stages = [
    [
      { column: begins, value: any },
      { column: now, value },
    ],
    [{ column: next, value: chosen }],
  ];
  const { carry } = scope;
  if (carry === undefined) throw new Error('Rows without an order.');
  return carry({ state, stages }, next);
}
