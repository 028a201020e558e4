import { type Bound, bare, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Defined, UnionNode } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import { escapeRegex } from '../escape-regex.ts';
import type { Operator } from '../operator.ts';
import { constant } from '../scalar-operator.ts';
import { passed, type Table, unordered } from '../table.ts';

/** `T | union …`. */
export const union: Operator = (node, input, env, context) => unite(node, [input], env, context);

/** `union …` as a source or an operator: by name; one name with two types becomes two columns. */
export function unite(node: Bound, first: readonly Table[], env: Env, context: Lowering): Table {
  const kind = parameter(node, 'kind')?.text.toLowerCase() ?? 'outer';
  const source = parameter(node, 'withsource') ?? parameter(node, 'with_source');
  const tables = [...first, ...node.list('Expressions').flatMap((item) => inputsOf(item, env, context))];
  const slots = kind === 'inner' ? commonSlots(tables) : outerSlots(tables);
  const columns = slots.map((slot) => context.column(slot.name, slot.type));
  const label = source === undefined ? undefined : context.column(nameOf(source), 'string');
  const inputs = tables.map((table, index): UnionNode['inputs'][number] => {
    const defined: Defined[] = slots.map((slot) => {
      const own = slot.from.get(index);
      if (own !== undefined) return passed(own);
      const value = constant(slot.type === 'string' ? '' : null, slot.type, node.span);
      return { column: context.column(slot.name, slot.type), value };
    });
    if (label !== undefined) {
      const value = constant(table.name ?? `union_arg${index}`, 'string', node.span);
      defined.unshift({ column: context.column(label.name, 'string'), value });
    }
    return {
      input: { kind: 'project', input: table.relation, columns: defined },
      columns: defined.map((item) => item.column.id),
    };
  });
  const all = label === undefined ? columns : [label, ...columns];
  checkNames(node, all);
  return unordered({ kind: 'union', columns: all, inputs }, all);
}

/** A wildcard stands for every table that it matches; a fuzzy union leaves out what does not exist. */
function inputsOf(item: Bound, env: Env, context: Lowering): readonly Table[] {
  const node = bare(item);
  if (node.kind !== 'NameReference')
    return [{ ...context.relation(item, env), name: undefined }].map(named(node, env, context));
  const name = nameOf(node);
  if (name.includes('*') && node.child('Name')?.kind === 'WildcardedName') {
    const pattern = new RegExp(`^${name.split('*').map(escapeRegex).join('.*')}$`);
    return Object.keys(context.schema.tables)
      .filter((table) => pattern.test(table))
      .map((table) => context.scan(table, node));
  }
  if (env.find(name) === undefined && context.schema.tables[name] === undefined) return [];
  const table = context.relation(node, env);
  const binding = env.find(name);
  return [binding === undefined || binding.kind === 'function' ? { ...table, name } : { ...table, name: undefined }];
}

function named(node: Bound, env: Env, context: Lowering): (table: Table) => Table {
  const source = node.kind === 'FunctionCallExpression' ? nameOf(need(node, 'Name')) : undefined;
  return (table) => (source !== undefined && env.find(source) !== undefined ? context.relation(node, env) : table);
}

interface Slot {
  readonly name: string;
  readonly type: PlanColumn['type'];
  /** The column of each input that fills it. */
  readonly from: Map<number, PlanColumn>;
}

function outerSlots(tables: readonly Table[]): readonly Slot[] {
  const byName = new Map<string, Slot[]>();
  for (const [index, table] of tables.entries()) {
    for (const column of table.columns) {
      const slots = byName.get(column.name) ?? [];
      const slot = slots.find((item) => item.type === column.type);
      if (slot === undefined) slots.push({ name: column.name, type: column.type, from: new Map([[index, column]]) });
      else slot.from.set(index, column);
      byName.set(column.name, slots);
    }
  }
  return [...byName.values()].flatMap((slots) =>
    slots.length === 1 ? slots : slots.map((slot) => ({ ...slot, name: `${slot.name}_${slot.type}` })),
  );
}

/** `kind=inner`: what every input has, with its type. */
function commonSlots(tables: readonly Table[]): readonly Slot[] {
  return outerSlots(tables).filter((slot) => slot.from.size === tables.length);
}

function checkNames(node: Bound, columns: readonly PlanColumn[]): void {
  const expected = node.columns?.map((column) => column.name);
  const made = columns.map((column) => column.name);
  if (expected === undefined || expected.join('\n') !== made.join('\n')) {
    refuse(
      node.span,
      'WK001',
      'The columns of this union are not clear: a name has several types, or a branch lacks it.',
      'Give every branch the same columns with the same types: `project x = tolong(x)`.',
    );
  }
}
