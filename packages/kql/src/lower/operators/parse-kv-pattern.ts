import { escapeRegex } from '../escape-regex.ts';

export interface Quoting {
  readonly quotes: readonly { readonly open: string; readonly close: string }[];
  /** Characters that take the next one into the quoted text as it stands. */
  readonly escapes: readonly string[];
}

export interface Delimiters extends Quoting {
  /** Between one pair and the next. */
  readonly pair: string;
  /** Between a key and its value. */
  readonly keyValue: string;
  /** A value reaches to the next key, and not only to the next delimiter. */
  readonly greedy: boolean;
}

/** A regular expression that finds the first pair with a key, and its groups: one of them holds the value without
 *  blanks around it, the others nothing. */
export interface KeyPattern {
  readonly regex: string;
  readonly quoted: readonly number[];
  readonly plain: number;
}

/** A pair between delimiters that are written out. */
export function keyPattern(key: string, delimiters: Delimiters): KeyPattern {
  const { pair, keyValue, quotes, greedy } = delimiters;
  const [end, between] = [escapeRegex(pair), escapeRegex(keyValue)];
  const blanks = `[^\\S${inClass(pair)}]*`;
  if (quotes.length === 0) {
    const value = greedy ? greedyValue(delimiters) : `(.*?)\\s*(?:${end}|$)`;
    const regex = `(?s)(?:^|${end})\\s*${escapeRegex(key)}${blanks}${between}${blanks}${value}`;
    return { regex, quoted: [], plain: 1 };
  }
  const opening = quotes.map(({ open }) => inClass(open)).join('');
  // Alternatives that cannot match the same text, so that a delimiter inside quotes is never taken for one.
  const plain = `(?:[^${inClass(pair)}${opening}\\s](?:[^${inClass(pair)}]*[^${inClass(pair)}\\s])?)?`;
  const plainKey = `[^${opening}${inClass(keyValue + pair)}\\s][^${inClass(keyValue + pair)}]*`;
  const skipped = quotedText(delimiters, (inner) => inner);
  const other = `\\s*(?:(?:${skipped}|${plainKey})${blanks}(?:${between}${blanks}(?:${skipped}|${plain})${blanks})?)?`;
  const value = valueGroup(delimiters, plain);
  const regex = `(?s)^(?:${other}${end})*?\\s*${nameOf(key, quotes)}${blanks}${between}${blanks}${value}\\s*(?:${end}|$)`;
  return { regex, ...groupsOf(quotes) };
}

const term = '[\\p{L}\\p{N}]+';

/** A pair where all but letters and digits delimits. The documentation leaves open whether the text is read pair by
 *  pair or each key takes what follows: both patterns come back. */
export function barePatterns(key: string, quoting: Quoting): readonly [KeyPattern, KeyPattern] {
  const { quotes } = quoting;
  const between = delimiterClass(quoting);
  const other = quotes.length === 0 ? term : `(?:${term}|${quotedText(quoting, (inner) => inner)})`;
  const rest = `${nameOf(key, quotes)}${between}+${valueGroup(quoting, term)}`;
  const step = `${other}${between}+`;
  return [
    { regex: `(?s)^${between}*(?:${step}${step})*?${rest}`, ...groupsOf(quotes) },
    { regex: `(?s)^${between}*(?:${step})*?${rest}`, ...groupsOf(quotes) },
  ];
}

/** Texts of which `barePatterns` is certain: whole terms and quoted texts, and no `_`, of which the documentation does
 *  not say whether it delimits. */
export function barePlain(quoting: Quoting): string {
  const between = `[^\\p{L}\\p{N}_${quoteClass(quoting)}]`;
  const other = quoting.quotes.length === 0 ? term : `(?:${term}|${quotedText(quoting, (inner) => inner)})`;
  return `(?s)^${between}*(?:${other}(?:${between}+|$))*$`;
}

function delimiterClass(quoting: Quoting): string {
  return `[^\\p{L}\\p{N}${quoteClass(quoting)}]`;
}

function quoteClass({ quotes }: Quoting): string {
  return quotes.map(({ open, close }) => inClass(open + close)).join('');
}

/** A quoted text in any of the quotes. */
function quotedText({ quotes, escapes }: Quoting, group: (inner: string) => string): string {
  const taking = escapes.map(inClass).join('');
  const escaped = taking === '' ? '' : `|[${taking}].`;
  return quotes
    .map(({ open, close }) => {
      const inner = `(?:[^${inClass(close)}${taking}]${escaped})*`;
      return `${escapeRegex(open)}${group(inner)}${escapeRegex(close)}`;
    })
    .join('|');
}

function nameOf(key: string, quotes: Quoting['quotes']): string {
  return `(?:${[...quotes.map(({ open, close }) => `${open}${key}${close}`), key].map(escapeRegex).join('|')})`;
}

function valueGroup(quoting: Quoting, plain: string): string {
  if (quoting.quotes.length === 0) return `(${plain})`;
  return `(?:${quotedText(quoting, (inner) => `(${inner})`)}|(${plain}))`;
}

function groupsOf(quotes: Quoting['quotes']): Omit<KeyPattern, 'regex'> {
  return { quoted: quotes.map((_, index) => index + 1), plain: quotes.length + 1 };
}

/** Up to the delimiter in front of the next key. */
function greedyValue({ pair, keyValue }: Delimiters): string {
  const nextKey = `[^${inClass(pair)}${inClass(keyValue)}]+${escapeRegex(keyValue)}`;
  return `(.*?)\\s*(?:${escapeRegex(pair)}${nextKey}|$)`;
}

/** Characters as they stand inside brackets. */
export function inClass(text: string): string {
  return text.replace(/[\\\]^[-]/g, '\\$&');
}
