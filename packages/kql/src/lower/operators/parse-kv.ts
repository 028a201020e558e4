import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import type { Span } from '../../types.ts';
import { refuse, short } from '../context.ts';
import type { Operator } from '../operator.ts';
import { call, constant, internal, operator } from '../scalar-operator.ts';
import { overRows } from '../table.ts';
import { namedType } from '../type-names.ts';
import { conversion, extended, textOf } from './parse.ts';
import { barePatterns, barePlain, inClass, type KeyPattern, keyPattern, type Quoting } from './parse-kv-pattern.ts';

/** The text behind a key. */
type Reader = (operand: Scalar, key: string, span: Span) => Scalar;

/** `parse-kv`: the value behind each key, of its first appearance; `''` or null where it does not appear or is not of
 *  its type (parse-kv operator). */
export const parseKv: Operator = (node, input, env, context) => {
  const read = readerOf(node);
  const { table, built: operand } = overRows(input, env, context, (scope) =>
    textOf(context.scalar(need(node, 'Expression'), scope)),
  );
  const made = need(node, 'Keys')
    .list('Columns')
    .map((key): Defined => {
      const name = nameOf(need(key, 'Name'));
      const written = need(key, 'Type');
      const type = namedType(written.text);
      if (type === undefined) return refuse(written.span, 'WK001', `\`${short(written.text)}\` is not supported here.`);
      const text = read(operand, name, key.span);
      const value = type === 'string' ? text : call(conversion(type), [text], type, key.span);
      return { column: context.column(name, type), value };
    });
  return extended(table, made);
};

interface Property {
  readonly name: string;
  readonly value: Bound;
}

function readerOf(node: Bound): Reader {
  const properties = (node.child('WithClause')?.list('Properties') ?? []).map((item): Property => {
    return { name: nameOf(need(item, 'Name')).toLowerCase(), value: need(item, 'Expression') };
  });
  const texts = (name: string): readonly Bound[] =>
    properties.filter((item) => item.name === name).map((item) => item.value);
  const known = ['pair_delimiter', 'kv_delimiter', 'quote', 'escape', 'greedy', 'regex'];
  for (const { name, value } of properties) {
    if (known.includes(name)) continue;
    return refuse(value.span, 'WK001', `\`parse-kv\` has no property \`${name}\` here.`);
  }
  const regex = texts('regex')[0];
  if (regex !== undefined) {
    if (properties.length === 1) return byRegex(textIn(regex));
    return refuse(regex.span, 'WK002', '`regex` stands alone.', 'Leave the other properties out.');
  }
  const quoting = quotingOf(texts('quote'), texts('escape'));
  const [pair, keyValue] = [texts('pair_delimiter')[0], texts('kv_delimiter')[0]];
  const greedy = texts('greedy')[0]?.text.toLowerCase() === 'true';
  if (pair === undefined && keyValue === undefined && !greedy) return bare(quoting);
  if (pair === undefined || keyValue === undefined) {
    const advice = 'Write `with (pair_delimiter = ";", kv_delimiter = "=")`.';
    return refuse(node.span, 'WK001', '`parse-kv` with one of its two delimiters is not supported.', advice);
  }
  const delimiters = { ...quoting, pair: textIn(pair), keyValue: textIn(keyValue), greedy };
  const long = delimiters.pair.length !== 1 || delimiters.keyValue.length !== 1;
  if (quoting.quotes.length > 0 && long) {
    return refuse(node.span, 'WK001', 'Quotes with a delimiter of several characters are not supported.');
  }
  if (greedy && (quoting.quotes.length > 0 || long)) {
    return refuse(node.span, 'WK001', '`greedy` with quotes or long delimiters is not supported.');
  }
  return (operand, key, span) => captured(keyPattern(key, delimiters), quoting, operand, span);
}

function quotingOf(quotes: readonly Bound[], escapes: readonly Bound[]): Quoting {
  return {
    quotes: quotes.map((item) => {
      const text = textIn(item);
      if (text.length === 1 || text.length === 2) return { open: text.charAt(0), close: text.charAt(text.length - 1) };
      return refuse(item.span, 'WK002', 'A quote is one character, or one that opens and one that closes.');
    }),
    escapes: escapes.map((item) => {
      const text = textIn(item);
      return text.length === 1 ? text : refuse(item.span, 'WK002', 'An escape is one character.');
    }),
  };
}

function textIn(node: Bound): string {
  if (typeof node.constant === 'string' && node.constant !== '') return node.constant;
  return refuse(node.span, 'WK002', 'This is a text that is not empty.');
}

/** The text that the pattern finds, its escapes resolved. */
function captured({ regex, quoted, plain }: KeyPattern, { escapes }: Quoting, operand: Scalar, span: Span): Scalar {
  const group = (number: number): Scalar => {
    return { kind: 'capture', operand, pattern: regex, group: number, type: 'string', span };
  };
  const escaped = `(?s)[${escapes.map(inClass).join('')}](.)`;
  const resolved = quoted.map((number) => {
    const text = group(number);
    const args = [text, constant(escaped, 'string', span), constant('\\1', 'string', span)];
    return escapes.length === 0 ? text : call('replace_regex', args, 'string', span);
  });
  return resolved.length === 0 ? group(plain) : call('strcat', [...resolved, group(plain)], 'string', span);
}

/** All but letters and digits delimits. What is not certain stops the query. */
function bare(quoting: Quoting): Reader {
  return (operand, key, span) => {
    const [first, second] = barePatterns(key, quoting).map((item) => captured(item, quoting, operand, span)) as [
      Scalar,
      Scalar,
    ];
    const plain: Scalar = {
      kind: 'capture',
      operand,
      pattern: barePlain(quoting),
      group: 'matched',
      type: 'bool',
      span,
    };
    const same = operator('and', [plain, operator('==', [first, second], 'bool', span)], 'bool', span);
    return internal('certain', [first, same], 'string', span);
  };
}

/** Pairs are the matches of a regular expression: its first group is a key, its second the value. */
function byRegex(regex: string): Reader {
  const apart = '\u001e';
  return (operand, key, span) => {
    const text = (value: string): Scalar => constant(value, 'string', span);
    const all = (group: number): Scalar =>
      call(
        'extract_all',
        [text(regex), constant({ json: [BigInt(group)] }, 'dynamic', span), operand],
        'dynamic',
        span,
      );
    // Blanks around a key do not count: the keys as one text, without blanks at the separators.
    const joined = call('strcat_array', [all(1), text(apart)], 'string', span);
    const tight = call('replace_regex', [joined, text(`\\s*${apart}\\s*`), text(apart)], 'string', span);
    const trimmed = call('trim', [text('\\s+'), tight], 'string', span);
    const keys = call('split', [trimmed, text(apart)], 'dynamic', span);
    const place = call('array_index_of', [keys, text(key)], 'long', span);
    const value = call('tostring', [operator('[]', [all(2), place], 'dynamic', span)], 'string', span);
    const found = operator('>=', [place, constant(0n, 'long', span)], 'bool', span);
    return call('iff', [found, call('trim', [text('\\s+'), value], 'string', span), text('')], 'string', span);
  };
}
