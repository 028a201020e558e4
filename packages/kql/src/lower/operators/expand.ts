import { type Bound, bare, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Defined, ExpandNode } from '../../plan/relation.ts';
import type { OrderKey, Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { argumentsOf } from '../arguments.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { madeNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { call, constant, internal, operator } from '../scalar-operator.ts';
import { numbered, overRows, passed, projected, reference, type Table } from '../table.ts';
import { namedType } from '../type-names.ts';

/** `mv-expand`: arrays of one row zip; a name that exists is replaced where it stands, a new one appended. */
export const expand: Operator = (node, input, env, context) => {
  const known = new Set(input.columns.map((column) => column.name));
  const appended = madeNames(node, input.columns, context).filter((name) => !known.has(name));
  const items = node.list('Expressions');
  const { table, columns } = expanded(node, namesOf(items, known, appended), input, env, context);
  // Rows in an order keep it, and the elements of one row theirs.
  return projected(input.order.length === 0 ? { ...table, order: [] } : table, columns);
};

/** The rows of `mv-expand` and of the tables that `mv-apply` works on, in the order of rows and elements. `columns` are
 *  those of the input, expanded ones in their place, then the new ones, then the index. */
export function expanded(
  node: Bound,
  names: readonly string[],
  input: Table,
  env: Env,
  context: Lowering,
): { readonly table: Table; readonly columns: readonly Defined[] } {
  const kind = (parameter(node, 'kind') ?? parameter(node, 'bagexpansion'))?.text.toLowerCase() ?? 'bag';
  if (kind !== 'bag' && kind !== 'array') return refuse(node.span, 'WK001', `\`kind=${kind}\` is not supported.`);
  const { table, built } = overRows(input, env, context, (scope) =>
    node.list('Expressions').map((item) => {
      const array = context.scalar(split(need(item, 'Expression')).value, scope);
      if (array.type !== 'dynamic') {
        return refuse(item.span, 'WK002', `\`${short(item.text)}\` is not a dynamic value.`);
      }
      return array;
    }),
  );
  const made = new Map<string, Defined>();
  const items = built.map((value, place): ExpandNode['items'][number] => {
    const item = node.list('Expressions')[place] ?? node;
    const name = names[place] ?? '';
    const column = context.column(name, 'dynamic');
    const element = elementAs(reference(column, item.span), item);
    made.set(name, { column: context.column(name, element.type), value: element });
    return { column, value, pairs: kind === 'array' };
  });
  const indexName = parameter(node, 'with_itemindex');
  const index = context.column(indexName === undefined ? 'index' : nameOf(indexName), 'long');
  if (indexName !== undefined) made.set(index.name, passed(index));
  const source = table.order.length === 0 ? table : numbered(table, context);
  const relation: ExpandNode = { kind: 'expand', input: source.relation, items, index, limit: limitOf(node) };
  const replaced = input.columns.map((column) => made.get(column.name) ?? passed(column));
  const known = new Set(input.columns.map((column) => column.name));
  const added = [...made].flatMap(([name, defined]) => (known.has(name) ? [] : [defined]));
  const byIndex: OrderKey = { by: reference(index), ascending: true, nullsFirst: true };
  const order = [...source.order, byIndex];
  return { table: { ...source, relation, order, numbered: false }, columns: [...replaced, ...added] };
}

/** Rows of one input row; the older spelling of the operator stops at 128. */
function limitOf(node: Bound): bigint | undefined {
  const clause = node.child('RowLimitClause');
  if (clause === undefined) return /^mvexpand\b/i.test(node.text) ? 128n : undefined;
  const limit = need(clause, 'RowLimit').constant;
  return typeof limit === 'bigint' ? limit : refuse(clause.span, 'WK001', 'The limit must be a constant.');
}

/** What each expression defines: its name, or the name that the binder gives it. */
function namesOf(items: readonly Bound[], known: ReadonlySet<string>, appended: readonly string[]): readonly string[] {
  const unclear = (node: Bound): never =>
    refuse(node.span, 'WK001', 'The name of this column is not clear.', 'Give it a name: `x = …`.');
  let next = 0;
  const names = items.map((item) => {
    const { name, value } = split(need(item, 'Expression'));
    const own = name ?? columnIn(value);
    if (own !== undefined && known.has(own)) return own;
    const made = appended[next++];
    return made === undefined || (name !== undefined && name !== made) ? unclear(item) : made;
  });
  // What is left can only be the index.
  if (next < appended.length - 1 || new Set(names).size !== names.length) return unclear(items[0] as Bound);
  return names;
}

/** The column that an expression without a name is named after, where that is all of its name. */
function columnIn(node: Bound): string | undefined {
  const value = bare(node);
  if (value.kind === 'NameReference') return nameOf(value);
  if (value.kind !== 'FunctionCallExpression') return undefined;
  const first = argumentsOf(value)[0];
  return first !== undefined && passesName.has(nameOf(need(value, 'Name'))) ? columnIn(first) : undefined;
}

const passesName: ReadonlySet<string> = new Set([
  'parse_json',
  'parsejson',
  'split',
  'todynamic',
  'toobject',
  'tostring',
]);

/** An element as the type of `to typeof(…)`. Numbers of JSON convert; text is not parsed. */
function elementAs(element: Scalar, item: Bound): Scalar {
  const written = item.child('ToTypeOf')?.child('TypeOf')?.list('Types')[0]?.text ?? 'dynamic';
  const type: KqlType | undefined = namedType(written);
  if (type === 'dynamic') return element;
  if (type === undefined || type === 'guid' || type === 'decimal') {
    const advice = 'Expand to `string` and convert: `extend x = toguid(x)`.';
    return refuse(item.span, 'WK001', `\`typeof(${short(written)})\` is not supported here.`, advice);
  }
  const form = textForms[type];
  if (form === undefined) return internal(`element_${type}`, [element], type, element.span);
  const { span } = element;
  const text = internal('element_string', [element], 'string', span);
  const matches = operator('matches regex', [text, constant(form, 'string', span)], 'bool', span);
  return call('iff', [matches, call(`to${type}`, [text], type, span), constant(null, type, span)], type, span);
}

/** JSON has no such values: arrays hold them in the one form in which `make_list` and its like write them. */
const textForms: Readonly<Partial<Record<KqlType, string>>> = {
  datetime: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$`,
  timespan: String.raw`^-?(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?$`,
};
