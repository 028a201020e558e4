import { type Bound, nameOf, need } from '../parse/tree.ts';
import type { ConstantNode } from '../plan/scalar.ts';
import type { Constant } from '../sql/emit.ts';
import type { KqlType } from '../types.ts';
import { type Env, isKqlType, type Lowering, refuse, type Scope, short } from './context.ts';
import { defineEach, namesOfEach, resultNames } from './named.ts';
import { inType } from './scalar-operator.ts';
import { type Table, unordered } from './table.ts';

/** `datatable(…)[…]`: constant rows. */
export function datatable(node: Bound, env: Env, context: Lowering): Table {
  const columns = (node.columns ?? []).map((column) =>
    isKqlType(column.type)
      ? context.column(column.name, column.type)
      : refuse(node.span, 'WK001', `The type \`${column.type}\` is not supported.`),
  );
  const scope: Scope = { env, columns: new Map() };
  const values = node.list('Values').map((item, index): Constant => {
    const column = columns[index % columns.length];
    const value = context.scalar(item, scope);
    if (value.kind !== 'constant' || column === undefined) {
      return refuse(item.span, 'WK001', `\`${short(item.text)}\` is not a constant.`);
    }
    return fitted(value, column.type, item);
  });
  const rows: Constant[][] = [];
  for (let start = 0; start < values.length; start += columns.length)
    rows.push(values.slice(start, start + columns.length));
  return unordered({ kind: 'values', columns, rows }, columns);
}

/** A literal in the column's type, where Kusto converts it without loss. */
function fitted(given: ConstantNode, to: KqlType, node: Bound): Constant {
  const converted = inType(given, to);
  if (converted !== undefined) return converted.value;
  const { value, type } = given;
  if (to === 'dynamic') {
    if (typeof value === 'object') return value;
    if (type === 'string' || type === 'bool' || type === 'int' || type === 'long' || type === 'real') {
      return { json: value };
    }
  }
  return refuse(node.span, 'WK001', `\`${short(node.text)}\` is not a ${to}.`, `Write \`${to}(…)\`.`);
}

/** `print`: one row. */
export function print(node: Bound, env: Env, context: Lowering): Table {
  const scope: Scope = { env, columns: new Map() };
  const nodes = node.list('Expressions');
  const defined = defineEach(nodes, namesOfEach(nodes, resultNames(node), context), scope, context);
  return unordered(
    { kind: 'project', input: { kind: 'values', columns: [], rows: [[]] }, columns: defined },
    defined.map((item) => item.column),
  );
}

/** `range x from a to b step s`. */
export function range(node: Bound, env: Env, context: Lowering): Table {
  const scope: Scope = { env, columns: new Map() };
  const type = node.columns?.[0]?.type;
  if (!isKqlType(type)) return refuse(node.span, 'WK001', 'The type of this range is not known.');
  const column = context.column(nameOf(need(node, 'Name')), type);
  const [from, to, step] = [
    context.scalar(need(node, 'From'), scope),
    context.scalar(need(node, 'To'), scope),
    context.scalar(need(node, 'Step'), scope),
  ];
  return { ...unordered({ kind: 'range', column, from, to, step }, [column]), serialized: true };
}
