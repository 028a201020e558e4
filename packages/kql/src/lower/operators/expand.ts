import { type Bound, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Defined, ExpandNode } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { refuse, short } from '../context.ts';
import { resultNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { internal } from '../scalar-operator.ts';
import { passed, projected, reference, scopeOf } from '../table.ts';
import { namedType } from '../type-names.ts';

/** `mv-expand`: arrays of one row zip; a name that exists is replaced where it stands, a new one appended. */
export const expand: Operator = (node, input, env, context) => {
  const scope = scopeOf(input, env);
  const pairs = (parameter(node, 'bagexpansion') ?? parameter(node, 'kind'))?.text.toLowerCase() === 'array';
  const indexName = parameter(node, 'with_itemindex');
  const names = resultNames(node);
  const known = new Set(input.columns.map((column) => column.name));
  const appended = names.filter((name) => !known.has(name));
  const made = new Map<string, Scalar & { readonly type: KqlType }>();
  const items = node.list('Expressions').map((item): ExpandNode['items'][number] => {
    const { name, value } = split(need(item, 'Expression'));
    const target = name ?? (value.kind === 'NameReference' ? nameOf(value) : appended.find((one) => !made.has(one)));
    const array = context.scalar(value, scope);
    if (target === undefined || array.type !== 'dynamic') {
      return refuse(item.span, 'WK002', `\`${short(item.text)}\` is not a dynamic value.`);
    }
    const column = context.column(target, 'dynamic');
    made.set(target, elementAs(reference(column, item.span), wantedType(item)));
    return { column, value: array, pairs };
  });
  const limit = node.child('RowLimitClause')?.child('RowLimit')?.constant;
  if (limit !== undefined && typeof limit !== 'bigint')
    return refuse(node.span, 'WK001', 'The limit must be a constant.');
  const index = indexName === undefined ? undefined : context.column(nameOf(indexName), 'long');
  const relation: ExpandNode = { kind: 'expand', input: input.relation, items, index, limit };
  const defined = names.map((name): Defined => {
    const value = made.get(name);
    if (value !== undefined) return { column: context.column(name, value.type), value };
    const column = index?.name === name ? index : input.columns.find((item) => item.name === name);
    return column === undefined
      ? refuse(node.span, 'WK001', `The column \`${name}\` is not clear here.`)
      : passed(column);
  });
  return projected({ ...input, relation, numbered: false }, defined);
};

function wantedType(item: Bound): KqlType {
  const type = item.child('ToTypeOf')?.child('TypeOf')?.list('Types')[0]?.text ?? 'dynamic';
  return namedType(type) ?? refuse(item.span, 'WK001', `\`typeof(${type})\` is not supported.`);
}

/** An element as the type of `to typeof(…)`. Numbers of JSON convert; text is not parsed. */
function elementAs(element: Scalar, type: KqlType): Scalar & { readonly type: KqlType } {
  return type === 'dynamic' ? element : internal(`element_${type}`, [element], type, element.span);
}
