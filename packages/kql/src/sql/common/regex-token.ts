import type { CallContext } from '../emit.ts';

/** The text of one token in both patterns. */
export interface Token {
  readonly ascii: string;
  readonly unicode: string;
}

export const same = (text: string): Token => ({ ascii: text, unicode: text });

/** Letters, marks, digits, connectors and joiners: `\w` as Unicode's annex has it. */
export const wordCharacters =
  '\\pL\\pM\\p{Nd}\\p{Nl}\\p{Pc}\\x{24B6}-\\x{24E9}\\x{1F130}-\\x{1F149}\\x{1F150}-\\x{1F169}\\x{1F170}-\\x{1F189}\\x{200C}\\x{200D}';

/** An escape that stands for one character or a named class; the same inside brackets. One octal digit that is not 0 is
 *  refused: RE2 takes it for a reference to a group, where the page (regex.md) takes it for a code. */
export function escapedCharacter(rest: string, call: CallContext): [Token, number] {
  const code = /^\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[uUx]\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2}))/.exec(rest);
  if (code !== null) return [same(`\\x{${code[1] ?? code[2] ?? code[3] ?? code[4]}}`), code[0].length];
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal !== null) return [same(`\\x{${Number.parseInt(octal[1] ?? '', 8).toString(16)}}`), octal[0].length];
  const property = /^\\[pP](?:[A-Z]|\{\^?\w+\})/.exec(rest)?.[0];
  if (property !== undefined) return [same(property), property.length];
  const letter = rest[1] ?? '';
  if (/[aftnrv]/.test(letter)) return [same(`\\${letter}`), 2];
  if (letter === '_') return [same('_'), 2];
  if (/[1-9]/.test(letter))
    return call.refuse('a regular expression cannot refer back to a group', 'compare two extract(…) results');
  if (/[0-9A-Za-z<>]/.test(letter)) return call.refuse(`\\${letter} is not supported in a regular expression`);
  return [
    same(`\\${String.fromCodePoint(rest.codePointAt(1) ?? 0)}`),
    1 + (letter >= '\ud800' && letter <= '\udbff' ? 2 : 1),
  ];
}
