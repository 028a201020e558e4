import { type Bound, nameOf, need } from '../../parse/tree.ts';
import type { Defined } from '../../plan/relation.ts';
import type { Scalar } from '../../plan/scalar.ts';
import { refuse, short } from '../context.ts';
import type { Operator } from '../operator.ts';
import { call } from '../scalar-operator.ts';
import { overRows } from '../table.ts';
import { namedType } from '../type-names.ts';
import { conversion, extended, textOf } from './parse.ts';
import { type Delimiters, keyPattern } from './parse-kv-pattern.ts';

/** `parse-kv`: the value behind each key, of its first appearance; `''` or null where it does not appear or is not of
 *  its type (parse-kv operator). */
export const parseKv: Operator = (node, input, env, context) => {
  const delimiters = delimitersOf(node);
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
      const { regex, groups } = keyPattern(name, delimiters);
      const found = groups.map((group): Scalar => {
        return { kind: 'capture', operand, pattern: regex, group, type: 'string', span: key.span };
      });
      const [only, ...more] = found;
      const text = only !== undefined && more.length === 0 ? only : call('strcat', found, 'string', key.span);
      const value = type === 'string' ? text : call(conversion(type), [text], type, key.span);
      return { column: context.column(name, type), value };
    });
  return extended(table, made);
};

function delimitersOf(node: Bound): Delimiters {
  const properties = (node.child('WithClause')?.list('Properties') ?? []).map((item) => {
    return { name: nameOf(need(item, 'Name')).toLowerCase(), value: need(item, 'Expression') };
  });
  const texts = (name: string): readonly Bound[] =>
    properties.filter((item) => item.name === name).map((item) => item.value);
  for (const { name, value } of properties) {
    if (name !== 'pair_delimiter' && name !== 'kv_delimiter' && name !== 'quote' && name !== 'greedy') {
      const advice = `Write \`extract("…", 1, Column)\` for each key.`;
      return refuse(value.span, 'WK001', `\`parse-kv\` with \`${name}\` is not supported.`, advice);
    }
  }
  const pair = delimiter(texts('pair_delimiter')[0]);
  const keyValue = delimiter(texts('kv_delimiter')[0]);
  if (pair === undefined || keyValue === undefined) {
    const advice = 'Write `with (pair_delimiter = ";", kv_delimiter = "=")`.';
    return refuse(node.span, 'WK001', '`parse-kv` without its two delimiters is not supported.', advice);
  }
  const quotes = texts('quote').map((item) => {
    const text = delimiter(item) ?? '';
    if (text.length === 1 || text.length === 2) return { open: text.charAt(0), close: text.charAt(text.length - 1) };
    return refuse(item.span, 'WK002', 'A quote is one character, or one that opens and one that closes.');
  });
  if (quotes.length > 0 && (pair.length !== 1 || keyValue.length !== 1)) {
    return refuse(node.span, 'WK001', 'Quotes with a delimiter of several characters are not supported.');
  }
  const greedy = texts('greedy')[0]?.text.toLowerCase() === 'true';
  if (greedy && (quotes.length > 0 || pair.length !== 1 || keyValue.length !== 1)) {
    return refuse(node.span, 'WK001', '`greedy` with quotes or long delimiters is not supported.');
  }
  return { pair, keyValue, quotes, greedy };
}

function delimiter(node: Bound | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (typeof node.constant === 'string' && node.constant !== '') return node.constant;
  return refuse(node.span, 'WK002', 'A delimiter is a text that is not empty.');
}
