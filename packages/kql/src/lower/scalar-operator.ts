import { type Bound, need } from '../parse/tree.ts';
import type { CallNode, ConstantNode, Scalar } from '../plan/scalar.ts';
import type { Constant } from '../sql/emit.ts';
import type { KqlType, Span } from '../types.ts';

/** Older spellings that Microsoft's parser takes for the same operators. */
const spelled: Readonly<Record<string, string>> = {
  '<>': '!=',
  containscs: 'contains_cs',
  notcontains: '!contains',
  notcontainscs: '!contains_cs',
};

/** The operator as KQL spells it. The names of Microsoft's syntax kinds mislead: `InCsExpression` is `in~`. */
export function operatorName(node: Bound): string {
  const text = need(node, 'Operator').text.toLowerCase().replace(/\s+/g, ' ');
  return spelled[text] ?? text;
}

export function constant(value: Constant, type: KqlType, span: Span): ConstantNode {
  return { kind: 'constant', value, type, span };
}

export function operator(name: string, args: readonly Scalar[], type: KqlType, span: Span): CallNode {
  return { kind: 'call', family: 'operator', name, args, type, span };
}

export function call(name: string, args: readonly Scalar[], type: KqlType, span: Span): CallNode {
  return { kind: 'call', family: 'function', name, args, type, span };
}

export function internal(name: string, args: readonly Scalar[], type: KqlType, span: Span): CallNode {
  return { kind: 'call', family: 'internal', name, args, type, span };
}

/** A constant in another type, where Kusto converts it without loss; undefined elsewhere. */
export function inType({ value, type: from, span }: ConstantNode, type: KqlType): ConstantNode | undefined {
  if (value === null) return constant(type === 'string' ? '' : null, type, span);
  if (from === type) return constant(value, type, span);
  if (typeof value !== 'bigint' || (from !== 'int' && from !== 'long')) return undefined;
  if (type === 'real') return constant(Number(value), type, span);
  return type === 'long' || (type === 'int' && BigInt.asIntN(32, value) === value)
    ? constant(value, type, span)
    : undefined;
}
