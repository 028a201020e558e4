import { escapeRegex } from '../escape-regex.ts';

export interface Delimiters {
  /** Between one pair and the next. */
  readonly pair: string;
  /** Between a key and its value. */
  readonly keyValue: string;
  readonly quotes: readonly { readonly open: string; readonly close: string }[];
  /** A value reaches to the next key, and not only to the next delimiter. */
  readonly greedy: boolean;
}

/** A regular expression that finds the first pair with this key, and its groups: one of them holds the value without
 *  blanks around it, the others nothing. */
export function keyPattern(
  key: string,
  delimiters: Delimiters,
): { readonly regex: string; readonly groups: readonly number[] } {
  const { pair, keyValue, quotes, greedy } = delimiters;
  const [end, between] = [escapeRegex(pair), escapeRegex(keyValue)];
  const blanks = `[^\\S${inClass(pair)}]*`;
  if (quotes.length === 0) {
    const value = greedy ? greedyValue(delimiters) : `(.*?)\\s*(?:${end}|$)`;
    return { regex: `(?s)(?:^|${end})\\s*${escapeRegex(key)}${blanks}${between}${blanks}${value}`, groups: [1] };
  }
  const opening = quotes.map(({ open }) => inClass(open)).join('');
  const quoted = (inner: (close: string) => string): string =>
    quotes.map(({ open, close }) => `${escapeRegex(open)}${inner(inClass(close))}${escapeRegex(close)}`).join('|');
  const skipped = quoted((close) => `[^${close}]*`);
  // Alternatives that cannot match the same text, so that a delimiter inside quotes is never taken for one.
  const plain = `(?:[^${inClass(pair)}${opening}\\s](?:[^${inClass(pair)}]*[^${inClass(pair)}\\s])?)?`;
  const plainKey = `[^${opening}${inClass(keyValue + pair)}\\s][^${inClass(keyValue + pair)}]*`;
  const other = `\\s*(?:(?:${skipped}|${plainKey})${blanks}(?:${between}${blanks}(?:${skipped}|${plain})${blanks})?)?`;
  const name = `(?:${[...quotes.map(({ open, close }) => `${open}${key}${close}`), key].map(escapeRegex).join('|')})`;
  const value = `(?:${quoted((close) => `([^${close}]*)`)}|(${plain}))`;
  const regex = `(?s)^(?:${other}${end})*?\\s*${name}${blanks}${between}${blanks}${value}\\s*(?:${end}|$)`;
  return { regex, groups: [...quotes.map((_, index) => index + 1), quotes.length + 1] };
}

/** Up to the delimiter in front of the next key. */
function greedyValue({ pair, keyValue }: Delimiters): string {
  const nextKey = `[^${inClass(pair)}${inClass(keyValue)}]+${escapeRegex(keyValue)}`;
  return `(.*?)\\s*(?:${escapeRegex(pair)}${nextKey}|$)`;
}

/** Characters as they stand inside brackets. */
function inClass(text: string): string {
  return text.replace(/[\\\]^[-]/g, '\\$&');
}
