import type { CallContext } from '../emit.ts';
import { escapedCharacter, same, type Token, wordCharacters } from './regex-token.ts';

/** The shorthands inside brackets. RE2's own are ASCII's, so that a negated one must be spelled out. */
const inside: Readonly<Record<string, Token>> = {
  d: { ascii: '\\d', unicode: '\\p{Nd}' },
  D: { ascii: '\\D', unicode: '\\P{Nd}' },
  s: { ascii: '\\s\\x0B', unicode: '\\s\\x0B\\x{85}\\pZ' },
  S: {
    ascii: '\\x00-\\x08\\x0E-\\x1F!-\\x{10FFFF}',
    unicode:
      '\\x00-\\x08\\x0E-\\x1F!-\\x{84}\\x{86}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}\\x{200B}-\\x{2027}' +
      '\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{10FFFF}',
  },
  w: { ascii: '\\w', unicode: wordCharacters },
};

/** Word characters but for the underscore: what `[^\W_]` means. */
const alphanumeric = `[${wordCharacters.replace('\\p{Pc}', '\\x{203F}\\x{2040}\\x{2054}\\x{FE33}\\x{FE34}\\x{FE4D}-\\x{FE4F}\\x{FF3F}')}]`;

/** A bracketed class at the beginning of `rest`, with the length read. */
export function readClass(rest: string, call: CallContext): [Token, number] {
  const negated = rest[1] === '^';
  let i = negated ? 2 : 1;
  const items: Token[] = [];
  let notWord = false;
  if (rest[i] === ']') {
    items.push(same('\\]'));
    i++;
  }
  while (rest[i] !== ']') {
    const tail = rest.slice(i);
    const char = tail[0];
    if (char === undefined) return call.refuse('the regular expression has an open bracket');
    const [token, length] = readItem(tail, call);
    if (token === undefined) notWord = true;
    else items.push(token);
    i += length;
  }
  return [together(negated, items, notWord, call), i + 1];
}

/** One item of a class; `undefined` for `\W`, which has no place beside others in RE2's Unicode classes. */
function readItem(tail: string, call: CallContext): [Token | undefined, number] {
  const posix = /^\[:\^?[a-z]+:\]/.exec(tail)?.[0];
  if (posix !== undefined) return [same(posix), posix.length];
  if (tail[0] === '[')
    return call.refuse(
      'a class inside a class is not supported in a regular expression',
      'write \\[ for the bracket itself',
    );
  if (/^(?:&&|--|~~)/.test(tail))
    return call.refuse(`${tail.slice(0, 2)} in a class is not supported in a regular expression`);
  if (tail[0] !== '\\') {
    const char = String.fromCodePoint(tail.codePointAt(0) ?? 0);
    return [same(char), char.length];
  }
  const letter = tail[1] ?? '';
  if (letter === 'W') return [undefined, 2];
  const found = inside[letter];
  if (found !== undefined) return [found, 2];
  if (letter === 'b') return call.refuse('\\b in a class is not supported in a regular expression');
  return escapedCharacter(tail, call);
}

function together(negated: boolean, items: readonly Token[], notWord: boolean, call: CallContext): Token {
  const sign = negated ? '^' : '';
  const [ascii, unicode] = [items.map((item) => item.ascii).join(''), items.map((item) => item.unicode).join('')];
  if (!notWord) return { ascii: `[${sign}${ascii}]`, unicode: `[${sign}${unicode}]` };
  const asciiClass = `[${sign}\\W${ascii}]`;
  if (!negated) {
    const word = `[^${wordCharacters}]`;
    return { ascii: asciiClass, unicode: items.length === 0 ? word : `(?:${word}|[${unicode}])` };
  }
  if (items.length === 0) return { ascii: '\\w', unicode: `[${wordCharacters}]` };
  if (unicode === '_') return { ascii: asciiClass, unicode: alphanumeric };
  return call.refuse('[^\\W…] is not supported in a regular expression', 'name the characters that may stand there');
}
