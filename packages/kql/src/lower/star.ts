import { type Bound, need } from '../parse/tree.ts';
import type { PlanColumn, Scalar } from '../plan/scalar.ts';
import type { KqlType } from '../types.ts';
import { type Lowering, refuse, type Scope } from './context.ts';
import { call, constant, operator, operatorName } from './scalar-operator.ts';
import { reference } from './table.ts';

/** The operators that ask whether a text holds another. */
export const textTests: ReadonlySet<string> = new Set(
  ['has', 'contains', 'startswith', 'endswith', 'hasprefix', 'hassuffix'].flatMap((name) => [name, `${name}_cs`]),
);

/** `* has "x"`: does it hold for any column of the row, its value taken as text (where operator; kql.md 1.12)? */
export function lowerStar(node: Bound, scope: Scope, context: Lowering): Scalar {
  const name = operatorName(node);
  if (!textTests.has(name)) {
    const advice = 'Name the column, or write `* has "…"` or `* contains "…"`.';
    return refuse(node.span, 'WK001', `\`* ${name}\` is not supported.`, advice);
  }
  return anyColumn(name, context.scalar(need(node, 'Right'), scope), scope, node);
}

/** The test `name` with this needle over the texts of all columns, joined by `or`. */
export function anyColumn(name: string, needle: Scalar, scope: Scope, node: Bound): Scalar {
  const tests = [...scope.columns.values()]
    .filter((column) => mayHold(column.type, needle))
    .map((column) => operator(name, [textOf(column, node), needle], 'bool', node.span));
  const [first, ...rest] = tests;
  if (first === undefined) return constant(false, 'bool', node.span);
  return rest.reduce((left, right) => operator('or', [left, right], 'bool', node.span), first);
}

/** All that the text of a value of this type is made of. A needle with anything else is not in it, so that a search for
 *  a name does not write out every datetime. */
const written: Readonly<Partial<Record<KqlType, RegExp>>> = {
  bool: /^[truefals]*$/i,
  int: /^[-0-9]*$/,
  long: /^[-0-9]*$/,
  datetime: /^[-0-9:.tz]*$/i,
  timespan: /^[-0-9:.]*$/,
  guid: /^[-0-9a-f]*$/i,
};

function mayHold(type: KqlType, needle: Scalar): boolean {
  if (needle.kind !== 'constant' || typeof needle.value !== 'string') return true;
  return written[type]?.test(needle.value) ?? true;
}

function textOf(column: PlanColumn, node: Bound): Scalar {
  const value = reference(column, node.span);
  return column.type === 'string' ? value : call('tostring', [value], 'string', node.span);
}
