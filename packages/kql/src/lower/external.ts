import { type Bound, need } from '../parse/tree.ts';
import type { Defined } from '../plan/relation.ts';
import type { PlanColumn } from '../plan/scalar.ts';
import type { Constant, KqlType } from '../types.ts';
import { type Env, isKqlType, type Lowering, refuse, short } from './context.ts';
import { combined } from './operators/union.ts';
import { reference, type Table, unordered } from './table.ts';

/** What stands at an address that `externaldata` names: a table of the schema with columns of the same names and types,
 *  or rows in the order of the query's columns. */
export type ExternalData = { readonly table: string } | { readonly rows: readonly (readonly Constant[])[] };

/** `externaldata (…) [address, …]`, as far as the caller handed in what stands there: the compiler reads nothing. */
export function externalData(
  node: Bound,
  known: Readonly<Record<string, ExternalData>>,
  env: Env,
  context: Lowering,
): Table {
  const columns = (node.columns ?? []).map(({ name, type }) =>
    isKqlType(type) ? { name, type } : refuse(node.span, 'WK001', `The type \`${type}\` is not supported.`),
  );
  const legs = node.list('URIs').map((item) => {
    const address = context.scalar(item, { env, columns: new Map() });
    const text = address.kind === 'constant' ? address.value : undefined;
    const data = typeof text === 'string' && Object.hasOwn(known, text) ? known[text] : undefined;
    if (data !== undefined) return { table: tableOf(data, columns, item, context), label: '' };
    return refuse(
      need(node, 'ExternalDataKeyword').span,
      'WK004',
      `\`externaldata\` reads \`${short(item.text)}\`, and Weir works offline.`,
      'Bring the list along: as a `datatable`, as a watchlist, or handed in for this address.',
    );
  });
  return combined(node, legs, context, { common: false });
}

type Declared = { readonly name: string; readonly type: KqlType };

function tableOf(data: ExternalData, columns: readonly Declared[], node: Bound, context: Lowering): Table {
  if ('rows' in data) {
    const made = columns.map(({ name, type }) => context.column(name, type));
    return unordered({ kind: 'values', columns: made, rows: data.rows.map((row) => checked(row, made, node)) }, made);
  }
  const table = context.scan(data.table, node);
  const defined = columns.map(({ name, type }): Defined => {
    const own = table.columns.find((column) => column.name === name && column.type === type);
    if (own !== undefined) return { column: context.column(name, type), value: reference(own) };
    return refuse(node.span, 'WK004', `What was handed in for this address has no column \`${name}: ${type}\`.`);
  });
  return unordered(
    { kind: 'project', input: table.relation, columns: defined },
    defined.map((item) => item.column),
  );
}

const held: Readonly<Record<KqlType, string>> = {
  bool: 'boolean',
  int: 'bigint',
  long: 'bigint',
  real: 'number',
  decimal: 'string',
  datetime: 'bigint',
  timespan: 'bigint',
  string: 'string',
  guid: 'string',
  dynamic: 'object',
};

function checked(row: readonly Constant[], columns: readonly PlanColumn[], node: Bound): readonly Constant[] {
  const wrong = columns.find(({ type }, index) => {
    const value = row[index];
    return value === undefined || (value === null ? type === 'string' : typeof value !== held[type]);
  });
  if (wrong === undefined) return row.slice(0, columns.length);
  return refuse(node.span, 'WK004', `A row that was handed in has no ${wrong.type} for the column \`${wrong.name}\`.`);
}
