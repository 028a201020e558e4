import type { CallNode, Scalar } from '../../plan/scalar.ts';
import { readsNow } from '../../plan/visitor.ts';

/** `time` stands in this relation to `now() + offset` (ticks). */
export interface Bound {
  readonly time: Scalar;
  readonly is: Relation;
  readonly offset: bigint;
}

type Relation = '<' | '<=' | '>' | '>=' | '==';

const turned: Readonly<Record<Relation, Relation>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==' };

/** A condition as bounds on one value of the row: `Timestamp > ago(1h)`, `now() - Timestamp < 1h`,
 *  `Timestamp between (ago(2h) .. ago(1h))`. Undefined for what is none. */
export function boundsOf(condition: Scalar): readonly Bound[] | undefined {
  if (condition.kind !== 'call') return undefined;
  const [one, two, three] = condition.args;
  if (condition.name === 'between' && one !== undefined && two !== undefined && three !== undefined) {
    const from = compared(one, '>=', two);
    const to = compared(one, '<=', three);
    return from && to && [from, to];
  }
  if (condition.family !== 'operator' || !isRelation(condition.name) || one === undefined || two === undefined) {
    return undefined;
  }
  const bound = compared(one, condition.name, two) ?? compared(two, turned[condition.name], one);
  return bound && [bound];
}

/** How far from `now()` a moment is, if it is at a fixed distance. */
export function offsetOf(node: Scalar): bigint | undefined {
  if (node.kind === 'now') return 0n;
  if (!isOperator(node)) return undefined;
  const [left, right] = node.args;
  if (left === undefined || right === undefined) return undefined;
  if (node.name === '-') return shifted(offsetOf(left), right, -1n);
  return node.name === '+' ? (shifted(offsetOf(left), right, 1n) ?? shifted(offsetOf(right), left, 1n)) : undefined;
}

/** Further than this the engine's own dates could end. */
const furthest = 100n * 366n * 864_000_000_000n;

function shifted(offset: bigint | undefined, by: Scalar, sign: bigint): bigint | undefined {
  const span = spanOf(by);
  if (offset === undefined || span === undefined) return undefined;
  const sum = offset + sign * span;
  return sum > furthest || sum < -furthest ? undefined : sum;
}

function spanOf(node: Scalar): bigint | undefined {
  return node.kind === 'constant' && node.type === 'timespan' && typeof node.value === 'bigint'
    ? node.value
    : undefined;
}

function compared(left: Scalar, is: Relation, right: Scalar): Bound | undefined {
  const offset = offsetOf(right);
  if (offset !== undefined) return isRowTime(left) ? { time: left, is, offset } : undefined;
  // An age against a constant.
  const span = spanOf(right);
  if (span === undefined || !isOperator(left) || left.name !== '-') return undefined;
  const [from, by] = left.args;
  if (from === undefined || by === undefined) return undefined;
  const fromNow = shifted(offsetOf(from), right, -1n);
  if (fromNow !== undefined && isRowTime(by)) return { time: by, is: turned[is], offset: fromNow };
  const byNow = shifted(offsetOf(by), right, 1n);
  return byNow !== undefined && isRowTime(from) ? { time: from, is, offset: byNow } : undefined;
}

function isRowTime(node: Scalar): boolean {
  return node.type === 'datetime' && !readsNow(node);
}

function isRelation(name: string): name is Relation {
  return Object.hasOwn(turned, name);
}

function isOperator(node: Scalar): node is CallNode {
  return node.kind === 'call' && node.family === 'operator';
}
