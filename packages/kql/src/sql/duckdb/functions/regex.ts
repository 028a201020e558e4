import type { CallContext } from '../../emit.ts';

/** What RE2 does not have, found before DuckDB sees it, so that the user gets the place and not an engine's message. */
export function checkRegex(pattern: string, call: CallContext): void {
  for (let i = 0, inClass = false; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    if (rest[0] === '\\') {
      if (!inClass && /^\\[1-9]/.test(rest))
        call.refuse('a regular expression cannot refer back to a group', 'RE2 has no backreferences');
      if (/^\\[kGZXRKhH]/.test(rest)) call.refuse(`RE2 does not know ${rest.slice(0, 2)} in a regular expression`);
      i++;
    } else if (inClass) {
      if (rest[0] === ']') inClass = false;
    } else if (rest[0] === '[') {
      inClass = true;
      if (/^\[\^?\]/.test(rest)) i += rest[1] === '^' ? 2 : 1;
    } else if (/^\(\?(?:<?[=!]|>|\(|#)/.test(rest)) {
      call.refuse(
        'a regular expression cannot look ahead or behind',
        'RE2 has no (?=…), (?!…), (?<=…), (?<!…) or (?>…)',
      );
    } else if (/^(?:[*+?]|\{\d+(?:,\d*)?\})\+/.test(rest)) {
      call.refuse('a regular expression cannot have possessive repetitions such as a++');
    }
  }
}

/** The number of capturing groups of a pattern. */
export function groupCount(pattern: string): number {
  let count = 0;
  for (let i = 0, inClass = false; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    if (rest[0] === '\\') i++;
    else if (inClass) inClass = rest[0] !== ']';
    else if (rest[0] === '[') {
      inClass = true;
      if (/^\[\^?\]/.test(rest)) i += rest[1] === '^' ? 2 : 1;
    } else if (rest[0] === '(' && (rest[1] !== '?' || /^\(\?P?<(?![=!])/.test(rest))) count++;
  }
  return count;
}
