import { type Bound, nameOf, need, parameter } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { KqlType } from '../../types.ts';
import { type Env, type Lowering, refuse, short } from '../context.ts';
import { escapeRegex } from '../escape-regex.ts';
import type { Operator } from '../operator.ts';
import { call, constant, operator } from '../scalar-operator.ts';
import { overRows, passed, projected, reference, type Table, withHidden } from '../table.ts';
import { namedType } from '../type-names.ts';

/** `parse`: rows that do not match keep, with `''` and null in the new columns. */
export const parse: Operator = (node, input, env, context) => parsed(node, input, env, context, false);

/** `parse-where`: rows that do not match go. */
export const parseWhere: Operator = (node, input, env, context) => parsed(node, input, env, context, true);

interface Capture {
  readonly name: string;
  readonly type: KqlType;
}

/** Texts between literals are as short as possible, and the last reaches the end. In a `simple` pattern one value that
 *  is not of its type blanks all of them; in a `relaxed` one only itself. */
function parsed(node: Bound, input: Table, env: Env, context: Lowering, matchesOnly: boolean): Table {
  const kind = parameter(node, 'kind')?.text.toLowerCase() ?? 'simple';
  if (kind !== 'simple' && kind !== 'relaxed') {
    const advice = 'Write `extend x = extract("…", 1, Column)`, or a simple pattern.';
    return refuse(node.span, 'WK001', `\`parse kind=${kind}\` is not supported.`, advice);
  }
  const { pattern, captures } = patternOf(node);
  const { table, built: operand } = overRows(input, env, context, (scope) =>
    context.scalar(need(node, 'Expression'), scope),
  );
  const capture = (group: number | 'matched', type: KqlType): Scalar => ({
    kind: 'capture',
    operand,
    pattern,
    group,
    type,
    span: node.span,
  });
  const matched: Defined = { column: context.column('matched', 'bool'), value: capture('matched', 'bool') };
  const values = captures.map(({ name, type }, index): Defined => {
    const text = capture(index + 1, 'string');
    const value = type === 'string' ? text : call(conversion(type), [text], type, node.span);
    return { column: context.column(name, type), value };
  });
  const read = withHidden(table, [matched, ...values]);
  const typed = kind === 'simple' ? values.filter(({ column }) => column.type !== 'string') : [];
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

/** New columns behind, known ones replaced where they stand; the unseen ones stay. */
function extended(table: Table, made: readonly Defined[]): Table {
  const byName = new Map(made.map((defined) => [defined.column.name, defined]));
  const known = new Set(table.columns.map((column) => column.name));
  const kept = table.columns.map((column) => byName.get(column.name) ?? passed(column));
  return projected(table, [...kept, ...made.filter((defined) => !known.has(defined.column.name))]);
}

/** The pattern as one RE2 expression over the whole text, with one group for each column. */
function patternOf(node: Bound): { readonly pattern: string; readonly captures: readonly Capture[] } {
  const parts = node.list('Patterns');
  const captures: Capture[] = [];
  let pattern = '(?s)^';
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (part.kind === 'StarExpression') {
      pattern += next === undefined ? '' : '.*?';
    } else if (typeof part.constant === 'string') {
      pattern += `${escapeRegex(part.constant)}${next === undefined ? '$' : ''}`;
    } else {
      const capture = captureOf(part);
      captures.push(capture);
      pattern += next === undefined ? '(.*)$' : `(${before(next, capture, part)})`;
    }
  }
  return { pattern, captures };
}

function captureOf(part: Bound): Capture {
  if (part.kind !== 'NameAndTypeDeclaration') return { name: nameOf(part), type: 'string' };
  const written = need(part, 'Type');
  const type = namedType(written.text);
  if (type === undefined || type === 'dynamic' || type === 'decimal') {
    return refuse(written.span, 'WK001', `\`parse\` to ${short(written.text)} is not supported.`, 'Parse to `string`.');
  }
  return { name: nameOf(need(part, 'Name')), type };
}

/** What a column may hold in front of the next part. */
function before(next: Bound, { type }: Capture, part: Bound): string {
  if (typeof next.constant === 'string') return '.*?';
  if (next.kind === 'StarExpression' && (type === 'long' || type === 'int')) return '[-+]?[0-9]*';
  return refuse(
    part.span,
    'WK001',
    `It is not clear where \`${short(part.text)}\` ends.`,
    'Put a literal text behind it, as in `with Name " " *`.',
  );
}

function conversion(type: KqlType): string {
  return type === 'real' ? 'todouble' : `to${type}`;
}
