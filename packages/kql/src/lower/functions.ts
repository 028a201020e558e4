import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { Scalar } from '../plan/scalar.ts';
import { argumentsOf } from './arguments.ts';
import { type Binding, Env, type Lowering, refuse, type Scope } from './context.ts';
import { call, constant } from './scalar-operator.ts';
import type { Table } from './table.ts';
import { namedType } from './type-names.ts';

type FunctionBinding = Extract<Binding, { kind: 'function' }>;

/** A call of the query's own function whose body is a scalar: it sees its arguments, and no column of the row. */
export function callFunction(node: Bound, binding: FunctionBinding, scope: Scope, context: Lowering): Scalar {
  const { body, env } = enter(node, argumentsOf(node), binding, scope, context);
  return context.scalar(body, { ...scope, env, columns: new Map() });
}

/** A call of the query's own function whose body is a table; `piped` is the table that `invoke` hands in first. */
export function callTabular(
  node: Bound,
  binding: FunctionBinding,
  scope: Scope,
  context: Lowering,
  piped?: Table,
): Table {
  const { body, env } = enter(node, argumentsOf(node), binding, scope, context, piped);
  const table = context.relation(body, env);
  return { ...table, name: nameOf(need(node, 'Name')) };
}

/** A view, or a function without parameters, by its name alone. */
export function viewNamed(name: string, binding: FunctionBinding, context: Lowering): Table {
  const { body, env } = bodyOf(binding.declaration, new Env(binding.env), context);
  return { ...context.relation(body, env), name };
}

function enter(
  node: Bound,
  args: readonly Bound[],
  binding: FunctionBinding,
  scope: Scope,
  context: Lowering,
  piped?: Table,
): { readonly body: Bound; readonly env: Env } {
  const env = new Env(binding.env);
  const parameters = need(binding.declaration, 'Parameters').list('Parameters');
  const named = new Map<string, Bound>();
  const positional: Bound[] = [];
  for (const arg of args) {
    if (arg.kind === 'SimpleNamedExpression') named.set(nameOf(need(arg, 'Name')), need(arg, 'Expression'));
    else positional.push(arg);
  }
  let given: Table | undefined = piped;
  for (const parameter of parameters) {
    const declared = need(parameter, 'NameAndType');
    const name = nameOf(need(declared, 'Name'));
    const type = need(declared, 'Type');
    if (given !== undefined) {
      const table = given;
      given = undefined;
      env.define(name, { kind: 'table', make: () => table });
      continue;
    }
    const arg = named.get(name) ?? positional.shift() ?? parameter.child('DefaultValue')?.child('Value');
    if (arg === undefined) return refuse(node.span, 'WK001', `The argument \`${name}\` is missing.`);
    if (type.kind === 'SchemaTypeExpression') {
      env.define(name, { kind: 'table', make: () => context.relation(arg, scope.env) });
    } else {
      env.define(name, { kind: 'scalar', value: converted(context.scalar(arg, scope), type.text) });
    }
  }
  return bodyOf(binding.declaration, env, context);
}

function bodyOf(declaration: Bound, env: Env, context: Lowering): { readonly body: Bound; readonly env: Env } {
  const body = need(declaration, 'Body');
  for (const statement of body.list('Statements')) context.declare(statement, env);
  return { body: need(body, 'Expression'), env };
}

/** An argument in the parameter's declared type. */
export function converted(value: Scalar, declared: string): Scalar {
  const type = namedType(declared);
  if (type === undefined || value.type === type) return value;
  if (value.kind === 'constant' && typeof value.value === 'bigint') {
    if (type === 'long' || (type === 'int' && BigInt.asIntN(32, value.value) === value.value)) {
      return constant(value.value, type, value.span);
    }
    if (type === 'real') return constant(Number(value.value), type, value.span);
  }
  const name = type === 'real' ? 'todouble' : `to${type}`;
  return call(name, [value], type, value.span);
}
