import { type Bound, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { type Env, type Lowering, refuse } from '../context.ts';
import type { Operator } from '../operator.ts';
import { call, constant, operator } from '../scalar-operator.ts';
import { overRows, passed, projected, reference, type Table, withHidden } from '../table.ts';
import { type Capture, type Pattern, patternOf } from './parse-pattern.ts';

/** `parse`: rows that do not match keep, with `''` and null in the new columns. */
export const parse: Operator = (node, input, env, context) => parsed(node, input, env, context, false);

/** `parse-where`: rows that do not match go. */
export const parseWhere: Operator = (node, input, env, context) => parsed(node, input, env, context, true);

/** In a `simple` or `regex` pattern one value that is not of its type blanks all of them; in a `relaxed` one only
 *  itself. */
function parsed(node: Bound, input: Table, env: Env, context: Lowering, matchesOnly: boolean): Table {
  const pattern = patternOf(node);
  const { kind, captures } = pattern;
  for (const { name } of captures) doubled(name, input, context);
  if (matchesOnly && kind === 'relaxed') {
    return refuse(
      node.span,
      'WK002',
      '`parse-where` is not relaxed.',
      'Kusto refuses it too: write `parse` and `where`.',
    );
  }
  const { table, built: operand } = overRows(input, env, context, (scope) =>
    textOf(context.scalar(need(node, 'Expression'), scope)),
  );
  const matched: Defined = { column: context.column('matched', 'bool'), value: isMatch(pattern, operand, node) };
  const values = captures.map((capture): Defined => {
    const { name, type } = capture;
    const text = captured(pattern, capture, operand, node);
    const value = type === 'string' ? text : call(conversion(type), [text], type, node.span);
    return { column: context.column(name, type), value };
  });
  const read = withHidden(table, [matched, ...values]);
  const typed = kind !== 'relaxed' ? values.filter(({ column }) => column.type !== 'string') : [];
  const known = typed.map(({ column }) => call('isnotnull', [reference(column)], 'bool', node.span));
  const all = known.reduce<Scalar>(
    (left, right) => operator('and', [left, right], 'bool', node.span),
    reference(matched.column),
  );
  const whole: Defined = { column: context.column('whole', 'bool'), value: all };
  const judged = withHidden(read, [whole]);
  const made = values.map(({ column }): Defined => {
    const none = constant(column.type === 'string' ? '' : null, column.type, node.span);
    const value = call('iff', [reference(whole.column), reference(column), none], column.type, node.span);
    return typed.length === 0 ? passed(column) : { column: context.column(column.name, column.type), value };
  });
  const predicate = reference(whole.column);
  const kept: Table = matchesOnly
    ? { ...judged, relation: { kind: 'filter', input: judged.relation, predicate } }
    : judged;
  return extended(kept, made);
}

/** A column that is there already is replaced, as by `extend`; the binder adds a second one and gives that a number. */
function doubled(name: string, { columns }: Table, context: Lowering): void {
  const taken = new Set(columns.map((column) => column.name));
  if (!taken.has(name)) return;
  let number = 1;
  while (taken.has(`${name}${number}`)) number += 1;
  context.unmade.add(`${name}${number}`);
}

/** New columns behind, known ones replaced where they stand; the unseen ones stay. */
export function extended(table: Table, made: readonly Defined[]): Table {
  const byName = new Map(made.map((defined) => [defined.column.name, defined]));
  const known = new Set(table.columns.map((column) => column.name));
  const kept = table.columns.map((column) => byName.get(column.name) ?? passed(column));
  return projected(table, [...kept, ...made.filter((defined) => !known.has(defined.column.name))]);
}

/** Does the pattern match? The user's regular expressions are KQL's, which a function of KQL reads. */
function isMatch({ kind, regex }: Pattern, operand: Scalar, { span }: Bound): Scalar {
  if (kind === 'regex') return operator('matches regex', [operand, constant(regex, 'string', span)], 'bool', span);
  return { kind: 'capture', operand, pattern: regex, group: 'matched', type: 'bool', span };
}

function captured({ kind, regex }: Pattern, { group }: Capture, operand: Scalar, { span }: Bound): Scalar {
  if (kind !== 'regex') return { kind: 'capture', operand, pattern: regex, group, type: 'string', span };
  const args = [constant(regex, 'string', span), constant(BigInt(group), 'long', span), operand];
  return call('extract', args, 'string', span);
}

/** The function that reads a text as the type. */
export function conversion(type: KqlType): string {
  return type === 'real' ? 'todouble' : type === 'dynamic' ? 'parse_json' : `to${type}`;
}

/** What is parsed is a text: any other value is converted. */
export function textOf(value: Scalar): Scalar {
  return value.type === 'string' ? value : call('tostring', [value], 'string', value.span);
}
