import type { Regex } from '../../common/regex.ts';
import { literal } from '../quote.ts';
import { once } from './values.ts';

/** A pattern for `match` and its like, whose `.` would match a line end too. */
export function pattern(re2: string): string {
  return literal(`(?-s)${re2}`);
}

/** SQL over a text and a pattern. Where `\w` makes the Unicode pattern large, an ASCII text gets the ASCII one. */
export function overRegex(
  subject: string,
  { ascii, unicode }: Regex,
  body: (s: string, pattern: string) => string,
): string {
  if (!unicode.includes('\\pM')) return body(subject, pattern(unicode));
  return once(
    subject,
    '_kql_x',
    (s) => `if(isValidASCII(${s}), ${body(s, pattern(ascii))}, ${body(s, pattern(unicode))})`,
  );
}
