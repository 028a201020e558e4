import { type Bound, nameOf, parameter } from '../../parse/tree.ts';
import type { Defined, UnionNode } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import type { Operator } from '../operator.ts';
import { constant } from '../scalar-operator.ts';
import { passed, type Table, unordered } from '../table.ts';
import { isWildcard, type Leg, legsOf } from './legs.ts';

/** `T | union …`. */
export const union: Operator = (node, input, env, context) => unite(node, [input], env, context);

/** `union …` as a source or an operator: by name; one name with two types becomes two columns. A fuzzy union's missing
 *  tables are gone already (parse/fuzzy.ts). */
export function unite(node: Bound, first: readonly Table[], env: Env, context: Lowering): Table {
  const kind = parameter(node, 'kind')?.text.toLowerCase() ?? 'outer';
  const source = parameter(node, 'withsource') ?? parameter(node, 'with_source');
  const nodes = node.list('Expressions');
  const table = combined(node, legsOf(nodes, first, 'union_arg', env, context), context, {
    common: kind === 'inner',
    ...(source === undefined ? {} : { source: nameOf(source) }),
  });
  // The binder gives an inner union all columns, for many tables of a wildcard one type a name, and for views none.
  if (kind !== 'inner' && !nodes.some(isWildcard)) checkNames(node, table.columns);
  return table;
}

export interface Combination {
  /** Only the columns that all have. */
  readonly common: boolean;
  /** The column that says where a row comes from; it stands first. */
  readonly source?: string;
}

/** The rows of all legs. */
export function combined(node: Bound, legs: readonly Leg[], context: Lowering, { common, source }: Combination): Table {
  if (legs.length === 0) return refuse(node.span, 'WK001', 'None of these tables is known.');
  const tables = legs.map((leg) => leg.table);
  const slots = common ? commonSlots(tables, node) : outerSlots(tables);
  if (slots.some((slot) => slot.name === source)) {
    return refuse(node.span, 'WK001', `A table has a column \`${source}\` already.`, 'Name the source differently.');
  }
  const columns = slots.map((slot) => context.column(slot.name, slot.type));
  const label = source === undefined ? undefined : context.column(source, 'string');
  const inputs = legs.map((leg, index): UnionNode['inputs'][number] => {
    const defined: Defined[] = slots.map((slot) => {
      const own = slot.from.get(index);
      if (own !== undefined) return passed(own);
      const value = constant(slot.type === 'string' ? '' : null, slot.type, node.span);
      return { column: context.column(slot.name, slot.type), value };
    });
    if (label !== undefined) {
      const value = constant(leg.label, 'string', node.span);
      defined.unshift({ column: context.column(label.name, 'string'), value });
    }
    return {
      input: { kind: 'project', input: leg.table.relation, columns: defined },
      columns: defined.map((item) => item.column.id),
    };
  });
  const all = label === undefined ? columns : [label, ...columns];
  return unordered({ kind: 'union', columns: all, inputs }, all);
}

interface Slot {
  readonly name: string;
  readonly type: PlanColumn['type'];
  /** The column of each input that fills it. */
  readonly from: Map<number, PlanColumn>;
}

function slotsByName(tables: readonly Table[]): ReadonlyMap<string, readonly Slot[]> {
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
  return byName;
}

function outerSlots(tables: readonly Table[]): readonly Slot[] {
  const byName = slotsByName(tables);
  return [...byName.values()].flatMap((slots) =>
    slots.length === 1 ? slots : slots.map((slot) => ({ ...slot, name: `${slot.name}_${slot.type}` })),
  );
}

/** `kind=inner`: what every input has. Whether a name of two types counts as one is not documented. */
function commonSlots(tables: readonly Table[], node: Bound): readonly Slot[] {
  return [...slotsByName(tables)].flatMap(([name, slots]) => {
    const inputs = slots.flatMap((slot) => [...slot.from.keys()]);
    if (new Set(inputs).size < tables.length) return [];
    if (slots.length > 1) {
      const advice = `Give it one type: \`extend ${name} = tostring(${name})\`.`;
      return refuse(node.span, 'WK001', `The column \`${name}\` of this inner union has several types.`, advice);
    }
    return slots;
  });
}

/** A split name that a column has already gets a number, and Microsoft's binder gives it to another one than the engine. */
function checkNames(node: Bound, columns: readonly PlanColumn[]): void {
  const expected = node.columns?.map((column) => column.name);
  const made = columns.map((column) => column.name);
  if (expected === undefined || expected.join('\n') !== made.join('\n')) {
    refuse(
      node.span,
      'WK001',
      'The columns of this union are not clear: a name has several types.',
      'Give every branch the same columns with the same types: `project x = tolong(x)`.',
    );
  }
}
