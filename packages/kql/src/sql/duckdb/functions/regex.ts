import type { Regex } from '../../common/regex.ts';
import { literal } from '../../quote.ts';
import { once } from './values.ts';

export { type Regex, regex, wrapRegex } from '../../common/regex.ts';

/** SQL over a text and a pattern. Where `\w` makes the Unicode pattern large, an ASCII text gets the ASCII one. */
export function overRegex(
  subject: string,
  { ascii, unicode }: Regex,
  body: (s: string, pattern: string) => string,
): string {
  if (!unicode.includes('\\pM')) return body(subject, literal(unicode));
  return once(
    subject,
    '_kql_x',
    (s) =>
      `CASE WHEN strlen(${s}) = length(${s}) THEN ${body(s, literal(ascii))} ELSE ${body(s, literal(unicode))} END`,
  );
}
