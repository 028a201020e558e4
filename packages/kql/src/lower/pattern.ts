import { type Bound, need } from '../parse/tree.ts';
import { argumentsOf } from './arguments.ts';
import { type Binding, Env, type Lowering, refuse, short } from './context.ts';
import type { Table } from './table.ts';

type PatternBinding = Extract<Binding, { kind: 'pattern' }>;

/** `p("a")` or `p("a").path`: the table that `declare pattern` maps the texts to (pattern statement). */
export function matched(
  node: Bound,
  call: Bound,
  path: string | undefined,
  { declaration, env }: PatternBinding,
  context: Lowering,
): Table {
  const given = argumentsOf(call).map((arg) => textOf(arg));
  const found = declaration?.list('Patterns').find((item) => {
    const place = item.child('PathValue')?.child('Value');
    const args = need(item, 'ParameterValues').list('Expressions').map(textOf);
    return args.join('\n') === given.join('\n') && (place === undefined ? undefined : textOf(place)) === path;
  });
  if (found === undefined) {
    return refuse(node.span, 'WK002', `\`${short(node.text)}\` is not declared.`, 'Kusto refuses it too.');
  }
  const body = need(found, 'Body');
  const inner = new Env(env);
  for (const statement of body.list('Statements')) context.declare(statement, inner);
  return { ...context.relation(need(body, 'Expression'), inner), name: undefined };
}

function textOf(node: Bound): string {
  if (typeof node.constant === 'string') return node.constant;
  return refuse(node.span, 'WK001', `\`${short(node.text)}\` is not a text.`, 'Write it out: `"…"`.');
}
