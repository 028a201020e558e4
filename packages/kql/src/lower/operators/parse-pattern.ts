import { type Bound, nameOf, need, parameter } from '../../parse/tree.ts';
import type { KqlType } from '../../types.ts';
import { refuse, short } from '../context.ts';
import { escapeRegex } from '../escape-regex.ts';
import { namedType } from '../type-names.ts';
import { shapesBeforeStar, shapesInRegex } from './parse-shapes.ts';

/** A new column and the group of the pattern that holds its text. */
export interface Capture {
  readonly name: string;
  readonly type: KqlType;
  readonly group: number;
}

/** A `parse` pattern as one regular expression. */
export interface Pattern {
  readonly kind: 'simple' | 'relaxed' | 'regex';
  readonly regex: string;
  readonly captures: readonly Capture[];
}

/** Reads `kind`, `flags` and what stands behind `with`. */
export function patternOf(node: Bound): Pattern {
  const kind = parameter(node, 'kind')?.text.toLowerCase() ?? 'simple';
  const flags = parameter(node, 'flags');
  if (kind === 'regex') return regexPattern(node, flagsOf(flags));
  if (kind !== 'simple' && kind !== 'relaxed') return refuse(node.span, 'WK001', `\`kind=${kind}\` is not supported.`);
  if (flags !== undefined) refuse(flags.span, 'WK002', 'Only `kind=regex` takes flags.', 'Kusto refuses them too.');
  return textPattern(node, kind);
}

/** Texts between literals are as short as possible, and the pattern spans the whole text. */
function textPattern(node: Bound, kind: 'simple' | 'relaxed'): Pattern {
  const parts = node.list('Patterns');
  const captures: Capture[] = [];
  let regex = '(?s)^';
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (part.kind === 'StarExpression') {
      regex += '.*?';
    } else if (typeof part.constant === 'string') {
      regex += escapeRegex(literal(part, part.constant));
    } else {
      const { name, type } = declared(part);
      captures.push({ name, type, group: captures.length + 1 });
      regex += textCapture(part, type, next, index + 1 === parts.length - 1);
    }
  }
  return { kind, regex: `${regex}$`, captures };
}

function textCapture(part: Bound, type: KqlType, next: Bound | undefined, nextIsLast: boolean): string {
  if (next?.kind === 'StarExpression') {
    const shape = shapesBeforeStar[type];
    if (shape === undefined) return unclear(part);
    // Behind it nothing more is asked for, so that the value may be missing.
    return nextIsLast ? `(?:\\s*(${shape}))?` : `\\s*(${shape})`;
  }
  if (next !== undefined) return typeof next.constant === 'string' ? '(.*?)' : unclear(part);
  if (type === 'datetime') {
    const advice = 'Parse it as `string` and write `todatetime(…)`, or put a literal text behind it.';
    return refuse(part.span, 'WK001', 'A datetime that ends the pattern is not supported.', advice);
  }
  return '(.*)';
}

/** Literals are regular expressions, texts are as long as possible, and the pattern may begin and end anywhere. */
function regexPattern(node: Bound, flags: string): Pattern {
  const parts = node.list('Patterns');
  const captures: Capture[] = [];
  let regex = flags === '' ? '' : `(?${flags})`;
  let groups = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'StarExpression') {
      regex += '.*?';
    } else if (typeof part.constant === 'string') {
      regex += literal(part, part.constant);
      groups += groupsIn(part.constant, part);
    } else {
      const { name, type } = declared(part);
      groups += 1;
      captures.push({ name, type, group: groups });
      const next = parts[index + 1];
      regex += regexCapture(part, type, next === undefined, flags);
    }
  }
  return { kind: 'regex', regex, captures };
}

function regexCapture(part: Bound, type: KqlType, last: boolean, flags: string): string {
  if (type === 'string' || type === 'dynamic') return '(.*)';
  if ((type === 'datetime' || type === 'timespan') && (last || flags.includes('U'))) {
    const advice = `Parse it as \`string\` and write \`to${type}(…)\`.`;
    return refuse(
      part.span,
      'WK001',
      `A ${type} at the end of a regex pattern, or with \`flags=U\`, is not supported.`,
      advice,
    );
  }
  const shape = shapesInRegex[type];
  return shape === undefined ? unclear(part) : `\\s*(${shape})`;
}

function flagsOf(node: Bound | undefined): string {
  const flags = node?.text ?? '';
  if (node !== undefined && !/^[imsU]+$/.test(flags)) {
    return refuse(node.span, 'WK001', `The flags \`${flags}\` are not supported.`, 'Use `i`, `m`, `s` and `U`.');
  }
  return [...new Set(flags)].join('');
}

function literal(part: Bound, text: string): string {
  if (text !== '') return text;
  return refuse(part.span, 'WK002', 'An empty text inside the pattern is not allowed.', 'Kusto refuses it too.');
}

function declared(part: Bound): { readonly name: string; readonly type: KqlType } {
  if (part.kind !== 'NameAndTypeDeclaration') return { name: nameOf(part), type: 'string' };
  const written = need(part, 'Type');
  const type = namedType(written.text);
  if (type !== undefined) return { name: nameOf(need(part, 'Name')), type };
  return refuse(written.span, 'WK001', `\`parse\` to ${short(written.text)} is not supported.`, 'Parse to `string`.');
}

/** Capturing groups of the query's own regular expression: they shift the columns' groups. */
function groupsIn(regex: string, part: Bound): number {
  let count = 0;
  let depth = 0;
  for (const [token] of regex.matchAll(
    /\\.|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|\(\?P?<[A-Za-z_]\w*>|\(\?|[()]/gs,
  )) {
    if (token === ')') depth -= 1;
    else if (token.startsWith('(')) depth += 1;
    if (token === '(' || token.endsWith('>')) count += 1;
    if (depth < 0) break;
  }
  if (depth === 0) return count;
  return refuse(
    part.span,
    'WK001',
    'The parentheses of this regular expression do not match.',
    'Write `\\\\(` for one.',
  );
}

function unclear(part: Bound): never {
  return refuse(
    part.span,
    'WK001',
    `It is not clear where \`${short(part.text)}\` ends.`,
    'Put a literal text behind it, as in `with Name " " *`.',
  );
}
