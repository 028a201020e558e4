import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import type { Constant } from '../../types.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, isKqlType, type Lowering, refuse, short } from '../context.ts';
import type { Table } from '../table.ts';

/** A plug-in: the call, the operator around it with its output schema, and the table. */
export type Plugin = (call: Bound, node: Bound, input: Table, env: Env, context: Lowering) => Table;

/** Arguments by the names of the documentation: those in order first, then those given by name. */
export function argumentsByName(call: Bound, names: readonly string[]): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  for (const [index, arg] of argumentsOf(call).entries()) {
    const named = arg.kind === 'SimpleNamedExpression';
    const name = named ? nameOf(need(arg, 'Name')) : names[index];
    if (name === undefined || !names.includes(name) || found.has(name)) {
      return refuse(
        arg.span,
        'WK001',
        `\`${short(arg.text)}\` is not an argument of \`${nameOf(need(call, 'Name'))}\`.`,
      );
    }
    found.set(name, named ? need(arg, 'Expression') : arg);
  }
  return found;
}

export function constantOf(node: Bound, env: Env, context: Lowering): Constant {
  const value = context.scalar(node, { env, columns: new Map() });
  return value.kind === 'constant'
    ? value.value
    : refuse(node.span, 'WK001', `\`${short(node.text)}\` is not a constant.`);
}

export function columnOf(node: Bound | undefined, call: Bound, input: Table): PlanColumn {
  const name = node?.kind === 'NameReference' ? nameOf(node) : undefined;
  const found = input.columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const place = node ?? call;
  return refuse(place.span, 'WK001', `\`${short(place.text)}\` is not a column.`, 'Make it one: `extend x = …`.');
}

/** The columns of an output schema that the query writes, `*` apart; undefined without one. */
export function outputSchema(node: Bound): readonly Pick<PlanColumn, 'name' | 'type'>[] | undefined {
  const schema = node.child('Schema')?.child('Schema');
  return schema?.list('Columns').map((column) => {
    const name = nameOf(need(column, 'Name'));
    const type = node.columns?.find((item) => item.name === name)?.type;
    return isKqlType(type) ? { name, type } : refuse(column.span, 'WK001', 'The type of this column is not known.');
  });
}

export function takesSource(node: Bound): boolean {
  return /^\(\s*\*/.test(node.child('Schema')?.child('Schema')?.text ?? '');
}
