import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { PlanColumn } from '../../plan/scalar.ts';
import { refuse, short } from '../context.ts';
import { escapeRegex } from '../escape-regex.ts';
import { resultNames, split } from '../named.ts';
import type { Operator } from '../operator.ts';
import { passed, projected, reference } from '../table.ts';

// What these operators do not name they hand on, so they look at the table's own columns: inside a function the binder
// sees only those that a parameter declares.

/** `project-away`. */
export const away: Operator = (node, input) => {
  const gone = node.list('Expressions').map(matcher);
  return projected(input, input.columns.filter((column) => !gone.some((match) => match(column))).map(passed));
};

/** `project-keep`: in the table's order. */
export const keep: Operator = (node, input) => {
  const wanted = node.list('Expressions').map(matcher);
  return projected(input, input.columns.filter((column) => wanted.some((match) => match(column))).map(passed));
};

/** `project-reorder`: the named columns first, then all others. */
export const reorder: Operator = (node, input) => {
  const wanted = node.list('Expressions');
  if (wanted.some((item) => item.kind === 'OrderedExpression')) return byBinder(node, input);
  const first = wanted.map(matcher).flatMap((match) => input.columns.filter(match));
  return projected(input, [...new Set([...first, ...input.columns])].map(passed));
};

/** Wildcards sorted by name (`T* asc`): the binder says where each column stands. */
function byBinder(node: Bound, input: Parameters<Operator>[1]) {
  const names = resultNames(node);
  const columns = names.map((name) => input.columns.find((column) => column.name === name));
  const found = columns.filter((column) => column !== undefined);
  if (found.length === names.length && found.length === input.columns.length)
    return projected(input, found.map(passed));
  const advice = 'Name the columns without `asc` and `desc`.';
  return refuse(node.span, 'WK001', 'The order of these columns is not clear here.', advice);
}

/** `project-by-names` (page project-by-names-operator.md): the columns that texts and arrays of texts name, in their order,
 *  an asterisk standing for any characters. What names no column is passed over. */
export const byNames: Operator = (node, input, env, context) => {
  const wanted = node.list('Expressions').flatMap((item) => {
    const value = context.scalar(item, { env, columns: new Map() });
    const given = value.kind === 'constant' && typeof value.value === 'object' ? value.value?.json : undefined;
    const names: readonly unknown[] = Array.isArray(given) ? given : value.kind === 'constant' ? [value.value] : [null];
    if (names.every((name) => typeof name === 'string')) return names;
    return refuse(item.span, 'WK001', `\`${short(item.text)}\` is not a constant name or array of names.`);
  });
  const found = wanted.flatMap((name) => input.columns.filter(matching(name)));
  if (found.length > 0) return projected(input, [...new Set(found)].map(passed));
  return refuse(node.span, 'WK001', 'None of these names is a column.', 'Name one that the table has.');
};

/** `project-rename`. */
export const rename: Operator = (node, input, _env, context) => {
  const renamed = new Map<string, string>();
  for (const item of node.list('Expressions')) {
    const { name, value } = split(item);
    if (name !== undefined) renamed.set(nameOf(value), name);
  }
  const columns = input.columns.map((column): Defined => {
    const name = renamed.get(column.name);
    if (name === undefined) return passed(column);
    return { column: context.column(name, column.type), value: reference(column) };
  });
  const names = columns.map(({ column }) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) return refuse(node.span, 'WK001', `There would be two columns \`${twice}\`.`);
  return projected(input, columns);
};

/** A name, or a wildcard as `Initiating*`. */
function matcher(node: Bound): (column: PlanColumn) => boolean {
  const name = nameOf(node);
  if (node.child('Name')?.kind !== 'WildcardedName') return (column) => column.name === name;
  return matching(need(node, 'Name').text);
}

function matching(name: string): (column: PlanColumn) => boolean {
  const pattern = new RegExp(`^${name.split('*').map(escapeRegex).join('.*')}$`, 's');
  return (column) => pattern.test(column.name);
}
