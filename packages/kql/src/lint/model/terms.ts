/** KQL's terms: whole runs of letters and digits (MicrosoftDocs, "String operators"). */
const letterOrDigit = /[\p{L}\p{N}]/u;

/** The terms of a text. */
export function termsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Does `text has needle` hold, regardless of case? A needle with delimiters inside matches as a phrase. */
export function hasTerm(text: string, needle: string): boolean {
  return hasTermCs(text.toLowerCase(), needle.toLowerCase());
}

/** Does `text has_cs needle` hold? */
export function hasTermCs(within: string, wanted: string): boolean {
  if (wanted === '') return true;
  const [first, last] = [isTerm(wanted.slice(0, 1)), isTerm(wanted.slice(-1))];
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + 1)) {
    const before = within.slice(Math.max(0, at - 1), at);
    const after = within.slice(at + wanted.length, at + wanted.length + 1);
    if (!(first && isTerm(before)) && !(last && isTerm(after))) return true;
  }
  return false;
}

export function isTerm(character: string): boolean {
  return letterOrDigit.test(character);
}
