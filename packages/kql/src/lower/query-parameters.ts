import { literalValue } from '../parse/literals.ts';
import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { ConstantNode } from '../plan/scalar.ts';
import type { KqlType } from '../types.ts';
import { type Env, type Lowering, refuse } from './context.ts';
import { converted } from './functions.ts';
import { constant } from './scalar-operator.ts';
import { checkText } from './text.ts';
import { namedType } from './type-names.ts';

/** `declare query_parameters (…)`: each name is the value that was handed in, or its default. A value never becomes a
 *  part of the query's text. */
export function declareParameters(
  statement: Bound,
  given: Readonly<Record<string, string>>,
  env: Env,
  context: Lowering,
): void {
  for (const parameter of statement.list('Parameters')) {
    const declared = need(parameter, 'NameAndType');
    const name = nameOf(need(declared, 'Name'));
    const type = namedType(need(declared, 'Type').text);
    if (type === undefined || type === 'dynamic') {
      const advice = 'Declare it as `string`, and write `parse_json(…)`.';
      refuse(declared.span, 'WK001', 'A parameter of this type is not supported.', advice);
    }
    const text = Object.hasOwn(given, name) ? given[name] : undefined;
    if (text !== undefined) {
      env.define(name, { kind: 'scalar', value: read(text, type, declared) });
      continue;
    }
    const otherwise = parameter.child('DefaultValue')?.child('Value');
    if (otherwise === undefined) {
      const advice = 'Hand it in with the query, or write a default: `(x: long = 1)`.';
      refuse(declared.span, 'WK004', `The parameter \`${name}\` has no value.`, advice);
    }
    env.define(name, {
      kind: 'scalar',
      value: converted(context.scalar(otherwise, { env, columns: new Map() }), type),
    });
  }
}

const literals: Readonly<Partial<Record<KqlType, string>>> = {
  bool: 'BooleanLiteralExpression',
  int: 'IntLiteralExpression',
  long: 'LongLiteralExpression',
  real: 'RealLiteralExpression',
  decimal: 'DecimalLiteralExpression',
  datetime: 'DateTimeLiteralExpression',
  timespan: 'TimespanLiteralExpression',
  guid: 'GuidLiteralExpression',
};

function read(text: string, type: KqlType, declared: Bound): ConstantNode {
  checkText(text, declared);
  const kind = literals[type];
  const value = kind === undefined ? text : literalValue(kind, text);
  if (value !== undefined) return constant(value, type, declared.span);
  return refuse(declared.span, 'WK002', `The value that was handed in is not a ${type}.`);
}
