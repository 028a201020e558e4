/** Characters that steer a terminal, reorder or hide text, or end a line: controls, format characters (bidirectional
 *  overrides, zero width, tags), line and paragraph separators, halves of surrogate pairs. */
const steering = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from a log with every steering character shown as `\u{1b}`. Idempotent; plain text is unchanged. */
export function visible(text: string): string {
  return text.replace(steering, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** What a spreadsheet would run: a cell that starts, behind blanks or not, with one of these. */
const formula = /^[\s\p{Z}]*[=+\-@＝＋－＠]/u;

/** A CSV cell's text that no spreadsheet takes for a formula: `'` goes in front, as spreadsheets themselves do it. */
export function csvCell(text: string): string {
  return /^[\t\r\n]/.test(text) || formula.test(text) ? `'${visible(text)}` : visible(text);
}

/** JSON whose text holds no steering character: those that JSON lets stand become `\uXXXX`, so the value is the same.
 *  Longs within 2^53 are numbers, beyond it strings. `indent` as in JSON.stringify. */
export function jsonText(value: unknown, indent?: number): string {
  return escapeInJson(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? jsonLong(item) : item), indent));
}

/** A long as JSON can hold it without losing digits. */
export function jsonLong(n: bigint): number | string {
  return n >= Number.MIN_SAFE_INTEGER && n <= Number.MAX_SAFE_INTEGER ? Number(n) : String(n);
}

/** Escapes what steers inside the strings of a JSON text; line breaks between tokens stay. */
export function escapeInJson(json: string): string {
  return json.replace(steering, (character) =>
    character === '\n'
      ? character
      : character
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );
}
