import { type Bound, bare, nameOf, need } from '../../parse/tree.ts';
import type { OrderKey, PlanColumn } from '../../plan/scalar.ts';
import { Env, refuse, short } from '../context.ts';
import { madeNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { hiddenOf } from '../parts.ts';
import { numbered, orderIds, passed, projected, reference } from '../table.ts';
import { expanded } from './expand.ts';

/** `mv-apply`: each row's elements are a part, which the subquery works on by itself. The result has the input's columns
 *  that are not expanded, then those of the subquery. A row whose part comes out empty is gone. */
export const mvApply: Operator = (node, input, env, context) => {
  const items = node.list('Expressions');
  const names = items.map(nameOfItem);
  if (new Set(names).size !== names.length) return refuse(node.span, 'WK001', 'Two of these have the same name.');
  const source = numbered(input, context);
  const { table, columns } = expanded(node, names, source, env, context);
  const ordinal = onlyKey(source.order);
  const expandedNames = new Set(names);
  const others = input.columns.filter((column) => !expandedNames.has(column.name));
  const unseen = [...hiddenColumns(input.order), ...hiddenOf(input.parts)];
  const carried = [...new Map([...unseen, ...others].map((column) => [column.id, column])).values()];
  const parts = { key: ordinal, carried, emptied: false };
  const inner = { ...projected({ ...table, parts }, columns), serialized: true };
  const result = context.pipeline(bare(need(need(node, 'Subquery'), 'Expression')), new Env(env), (first) =>
    context.step(first, inner, env),
  );
  // A subquery may give what is carried new ids.
  const now = (column: PlanColumn): PlanColumn =>
    result.parts?.carried[carried.findIndex(({ id }) => id === column.id)] ?? column;
  const wanted = madeNames(node, [...others, ...result.columns], context);
  const made = wanted.map((name): PlanColumn => {
    const own = result.columns.find((column) => column.name === name);
    const other = others.find((column) => column.name === name);
    const kept = other && now(other);
    if (own !== undefined && kept !== undefined && own.id !== kept.id) {
      const message = `\`${name}\` is a column of the row and of the subquery, which is not supported.`;
      return refuse(node.span, 'WK001', message, 'Give the column in the subquery another name.');
    }
    return kept ?? own ?? refuse(node.span, 'WK001', `The column \`${name}\` is not clear here.`);
  });
  const byRow: OrderKey = { by: reference(result.parts?.key ?? ordinal), ascending: true, nullsFirst: true };
  const order = input.order.length === 0 ? [] : result.order.length === 0 ? [byRow] : result.order;
  const outer = input.parts && {
    key: now(input.parts.key),
    carried: input.parts.carried.map(now),
    emptied: true,
  };
  const back = { ...result, order, serialized: input.serialized, numbered: false, parts: outer };
  return projected(back, made.map(passed));
};

/** Without a name of its own an array is named after its column. */
function nameOfItem(item: Bound): string {
  const { name, value } = split(need(item, 'Expression'));
  const column = bare(value);
  if (name !== undefined) return name;
  if (column.kind === 'NameReference') return nameOf(column);
  return refuse(item.span, 'WK001', `\`${short(item.text)}\` has no name of its own.`, 'Give it one: `x = …`.');
}

function onlyKey(order: readonly OrderKey[]): PlanColumn {
  const by = order[0]?.by;
  if (by?.kind !== 'column') throw new Error('Numbered rows have one key.');
  return { id: by.id, name: 'ordinal', type: by.type };
}

function hiddenColumns(order: readonly OrderKey[]): readonly PlanColumn[] {
  const types = new Map(order.map(({ by }) => [by.kind === 'column' ? by.id : -1, by.type]));
  return orderIds(order).map((id) => ({ id, name: 'order', type: types.get(id) ?? 'long' }));
}
