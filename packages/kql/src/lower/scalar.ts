import { type Bound, bare, nameOf, need } from '../parse/tree.ts';
import type { ConstantNode, Scalar } from '../plan/scalar.ts';
import { lowerCall } from './calls.ts';
import { type Lowering, refuse, type Scope, short, typeOf } from './context.ts';
import { dynamicValue } from './dynamic.ts';
import { lowerIn } from './membership.ts';
import { constant, operator, operatorName } from './scalar-operator.ts';
import { lowerStar } from './star.ts';
import { reference } from './table.ts';
import { checkText } from './text.ts';

/** A scalar expression of the bound tree as a plan's scalar. */
export function lowerScalar(node: Bound, scope: Scope, context: Lowering): Scalar {
  if (node.kind.endsWith('LiteralExpression')) return lowerLiteral(node);
  switch (node.kind) {
    case 'ParenthesizedExpression':
      return context.scalar(need(node, 'Expression'), scope);
    case 'DynamicExpression':
      return constant({ json: dynamicValue(need(node, 'Expression')) }, 'dynamic', node.span);
    case 'NameReference':
      return lowerName(node, scope, context);
    case 'PathExpression':
      return lowerPath(node, scope, context);
    case 'ElementExpression':
      return lowerElement(node, scope, context);
    case 'UnaryMinusExpression':
    case 'UnaryPlusExpression':
      return lowerUnary(node, scope, context);
    case 'BetweenExpression':
    case 'NotBetweenExpression':
      return lowerBetween(node, scope, context);
    case 'FunctionCallExpression':
      return lowerCall(node, scope, context);
    case 'ToScalarExpression':
      return lowerToScalar(node, scope, context);
    default:
      break;
  }
  if (node.child('Left')?.kind === 'StarExpression') return lowerStar(node, scope, context);
  const right = node.child('Right');
  if (right?.kind === 'ExpressionList') return lowerIn(node, scope, context);
  if (right !== undefined && node.child('Left') !== undefined && node.child('Operator') !== undefined) {
    const args = [context.scalar(need(node, 'Left'), scope), context.scalar(right, scope)];
    checkOverflow(node, args);
    return operator(operatorName(node), besideBool(node, args), typeOf(node), node.span);
  }
  return refuse(node.span, 'WK001', `\`${short(node.text)}\` (${node.kind}) is not supported here.`);
}

/** `flag == 0`: a bool is encoded as 1 and 0 (page bool.md), so these two are `true` and `false` beside one. What another
 *  number is there is not documented, and it stays refused. */
function besideBool(node: Bound, args: readonly Scalar[]): readonly Scalar[] {
  if (!['==', '!='].includes(operatorName(node)) || !args.some((arg) => arg.type === 'bool')) return args;
  return args.map((arg) =>
    arg.kind === 'constant' && (arg.value === 0n || arg.value === 1n) && (arg.type === 'long' || arg.type === 'int')
      ? constant(arg.value === 1n, 'bool', arg.span)
      : arg,
  );
}

/** Whole numbers wrap over columns; of two that stand in the query Kusto refuses what leaves 64 bits (kql.md 1.4). */
function checkOverflow(node: Bound, args: readonly Scalar[]): void {
  const [a, b] = args.map((arg) => (arg.kind === 'constant' && arg.type === 'long' ? arg.value : undefined));
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return;
  const exact = { '+': a + b, '-': a - b, '*': a * b }[operatorName(node)];
  if (exact === undefined || BigInt.asIntN(64, exact) === exact) return;
  refuse(node.span, 'WK002', `\`${short(node.text)}\` does not fit into a long.`, 'Write it as a real: `1.0 * x`.');
}

function lowerLiteral(node: Bound): ConstantNode {
  if (node.kind === 'TypeOfLiteralExpression') {
    return constant(node.list('Types')[0]?.text ?? '', 'string', node.span);
  }
  if (node.constant === undefined) {
    return refuse(node.span, 'WK001', `The literal \`${short(node.text)}\` is not one that Weir reads.`);
  }
  if (node.kind === 'NullLiteralExpression') return constant(null, 'dynamic', node.span);
  if (typeof node.constant === 'string') checkText(node.constant, node);
  const type = typeOf(node);
  return constant(type === 'string' && node.constant === null ? '' : node.constant, type, node.span);
}

function lowerName(node: Bound, scope: Scope, context: Lowering): Scalar {
  const name = nameOf(node);
  // A column hides a value of its name, one too that the binder does not see behind a parameter's declaration.
  const column = scope.columns.get(name);
  if (column !== undefined) return reference(column, node.span);
  const binding = scope.env.find(name);
  if (binding?.kind === 'scalar') return { ...binding.value, span: node.span };
  if (binding?.kind === 'expression') {
    if (binding.node.columns !== undefined) {
      return refuse(
        node.span,
        'WK001',
        `\`${name}\` is a table where a value is wanted.`,
        `Write \`toscalar(${name})\`.`,
      );
    }
    return context.scalar(binding.node, { env: binding.env, columns: new Map() });
  }
  return refuse(node.span, 'WK001', `\`${name}\` is not a column or value that is in reach here.`);
}

function lowerPath(node: Bound, scope: Scope, context: Lowering): Scalar {
  const base = bare(need(node, 'Expression'));
  const selector = need(node, 'Selector');
  if (scope.sides !== undefined && base.kind === 'NameReference' && (base.text === '$left' || base.text === '$right')) {
    const side = base.text === '$left' ? scope.sides.left : scope.sides.right;
    const column = side.columns.find((item) => item.name === nameOf(selector));
    if (column !== undefined) return reference(column, node.span);
  }
  const step = base.kind === 'NameReference' ? scope.steps?.get(base.text) : undefined;
  if (step !== undefined) return { ...step(nameOf(selector)), span: node.span };
  if (selector.kind !== 'NameReference') {
    return refuse(
      selector.span,
      'WK001',
      `\`${short(selector.text)}\` is not supported behind a dot.`,
      'Write `x["name"]`.',
    );
  }
  if (base.kind === 'FunctionCallExpression' && base.columns !== undefined) {
    const advice = 'Name them all: `extend (a, b) = …`.';
    return refuse(
      node.span,
      'WK001',
      `One of several columns of \`${short(base.text)}\` is not supported here.`,
      advice,
    );
  }
  const value = context.scalar(base, scope);
  return operator('.', [value, constant(nameOf(selector), 'string', selector.span)], typeOf(node), node.span);
}

function lowerElement(node: Bound, scope: Scope, context: Lowering): Scalar {
  const selector = need(node, 'Selector');
  const index = selector.kind === 'BracketedExpression' ? need(selector, 'Expression') : selector;
  const args = [context.scalar(need(node, 'Expression'), scope), context.scalar(index, scope)];
  return operator('[]', args, typeOf(node), node.span);
}

function lowerUnary(node: Bound, scope: Scope, context: Lowering): Scalar {
  const value = context.scalar(need(node, 'Expression'), scope);
  if (node.kind === 'UnaryPlusExpression') return value;
  if (value.kind === 'constant' && (typeof value.value === 'bigint' || typeof value.value === 'number')) {
    return constant(-value.value, value.type, node.span);
  }
  return operator('unary-', [value], typeOf(node), node.span);
}

function lowerBetween(node: Bound, scope: Scope, context: Lowering): Scalar {
  const range = need(node, 'Right');
  const args = [need(node, 'Left'), need(range, 'First'), need(range, 'Second')].map((item) =>
    context.scalar(item, scope),
  );
  return operator(operatorName(node), args, 'bool', node.span);
}

function lowerToScalar(node: Bound, scope: Scope, context: Lowering): Scalar {
  const inner = need(node, 'Expression');
  if (inner.columns === undefined) return context.scalar(inner, { env: scope.env, columns: new Map() });
  const table = context.relation(inner, scope.env);
  const column = table.columns[0];
  if (column === undefined) return refuse(node.span, 'WK001', 'This table has no column to take a value from.');
  const query =
    table.order.length === 0 ? table.relation : ({ kind: 'sort', input: table.relation, keys: table.order } as const);
  return { kind: 'scalarQuery', query, column: column.id, type: column.type, span: node.span };
}
