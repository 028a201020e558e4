import type { CallContext } from '../emit.ts';
import { readClass } from './regex-class.ts';
import { escapedCharacter, same, type Token, wordCharacters } from './regex-token.ts';

/** A KQL regular expression in RE2's syntax. Kusto's classes `\d`, `\s` and `\w` are Unicode's (page regex.md), RE2's are
 *  ASCII's; over an ASCII text both patterns say the same, and the ASCII one is many times smaller. */
export interface Regex {
  readonly ascii: string;
  readonly unicode: string;
  /** The number of capturing groups. */
  readonly groups: number;
  /** The groups' names, in order. */
  readonly names: readonly (string | undefined)[];
}

const digit = { ascii: '\\d', unicode: '\\p{Nd}' };
const blank = { ascii: '[\\s\\x0B]', unicode: '[\\s\\x0B\\x{85}\\pZ]' };
const notBlank = { ascii: '[^\\s\\x0B]', unicode: '[^\\s\\x0B\\x{85}\\pZ]' };

const classes: Readonly<Record<string, Token>> = {
  d: digit,
  D: { ascii: '\\D', unicode: '\\P{Nd}' },
  s: blank,
  S: notBlank,
  w: { ascii: '\\w', unicode: `[${wordCharacters}]` },
  W: { ascii: '\\W', unicode: `[^${wordCharacters}]` },
};

/** Translates a pattern, or refuses what RE2 cannot do. Word boundaries (`\b`) stay ASCII's: beside letters outside
 *  ASCII they can differ from Kusto's. */
export function regex(pattern: string, call: CallContext): Regex {
  const tokens: Token[] = [];
  const names: (string | undefined)[] = [];
  for (let i = 0; i < pattern.length; ) {
    const rest = pattern.slice(i);
    const char = rest[0] ?? '';
    if (char === '\\') {
      const [token, length] = escaped(rest, call);
      tokens.push(token);
      i += length;
    } else if (char === '[') {
      const [token, length] = readClass(rest, call);
      tokens.push(token);
      i += length;
    } else if (char === '(') {
      const head = groupHead(rest, call);
      if (head.captures) names.push(head.name);
      tokens.push(same(head.re2));
      i += head.length;
    } else {
      const repetition = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest)?.[0];
      if (repetition !== undefined) checkRepetition(repetition, rest, call);
      tokens.push(same(repetition ?? char));
      i += (repetition ?? char).length;
    }
  }
  const [ascii, unicode] = (['ascii', 'unicode'] as const).map((kind) => tokens.map((token) => token[kind]).join(''));
  return { ascii: ascii ?? '', unicode: unicode ?? '', groups: names.length, names };
}

function checkRepetition(repetition: string, rest: string, call: CallContext): void {
  if (/^[*+]/.test(rest.slice(repetition.length))) {
    call.refuse(
      `the regular expression repeats a repetition: ${rest.slice(0, repetition.length + 1)}`,
      'put the first one in (?:…)',
    );
  }
  if (Math.max(...[...repetition.matchAll(/\d+/g)].map(Number), 0) > 1000) {
    call.refuse(`the regular expression repeats more than 1000 times: ${repetition}`);
  }
}

/** The opening of a group, with .NET's and Rust's spelling of a name turned into RE2's. */
function groupHead(
  rest: string,
  call: CallContext,
): { re2: string; length: number; captures: boolean; name?: string | undefined } {
  if (rest[1] !== '?') return { re2: '(', length: 1, captures: true };
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named !== null) return { re2: `(?P<${named[1]}>`, length: named[0].length, captures: true, name: named[1] };
  const flags = /^\(\?[imsU]*(?:-[imsU]+)?[:)]/.exec(rest)?.[0];
  if (flags !== undefined) return { re2: flags, length: flags.length, captures: false };
  if (/^\(\?<?[=!]/.test(rest)) {
    return call.refuse(
      'a regular expression cannot look ahead or behind',
      'Kusto refuses (?=…), (?!…), (?<=…) and (?<!…) too',
    );
  }
  return call.refuse(`the regular expression has a group that is not supported: ${rest.slice(0, 4)}`);
}

/** A backslash outside a bracket and what follows it, with the length read. */
function escaped(rest: string, call: CallContext): [Token, number] {
  const letter = rest[1];
  if (letter === undefined) return call.refuse('the regular expression ends in a backslash');
  const found = classes[letter];
  if (found !== undefined) return [found, 2];
  if (/^\\b\{/.test(rest) || /[<>]/.test(letter))
    return call.refuse(`${rest.slice(0, 3)} is not supported in a regular expression`, 'use \\b');
  if (/[AzbB]/.test(letter)) return [same(`\\${letter}`), 2];
  return escapedCharacter(rest, call);
}

/** A pattern put between two others, e.g. anchors. */
export function wrapRegex(before: string, regex: Regex, after: string): Regex {
  const { ascii, unicode } = regex;
  return { ...regex, ascii: `${before}(?:${ascii})${after}`, unicode: `${before}(?:${unicode})${after}` };
}
