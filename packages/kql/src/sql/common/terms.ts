/** KQL's terms: maximal runs of Unicode letters and digits. Everything else delimits, `_` included, which is why the
 *  patterns spell the boundary out instead of using `\b`. */
const termCharacter = /[\p{L}\p{N}]/u;

export type Edge = 'both' | 'prefix' | 'suffix';

export const open = '(?:^|[^\\pL\\pN])';
export const close = '(?:$|[^\\pL\\pN])';

/** RE2's metacharacters escaped; nothing else, so that the pattern stays readable. */
export function escapePattern(literal: string): string {
  return literal.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** Does the needle begin (end) inside a term, so that the pattern needs a boundary there? */
function edges(needle: string, edge: Edge): { before: boolean; after: boolean } {
  const characters = [...needle];
  return {
    before: edge !== 'suffix' && termCharacter.test(characters[0] ?? ''),
    after: edge !== 'prefix' && termCharacter.test(characters.at(-1) ?? ''),
  };
}

/** Does the needle touch a term at an edge that counts? Otherwise it is a plain substring. */
export function needsBoundary(needle: string, edge: Edge): boolean {
  const { before, after } = edges(needle, edge);
  return before || after;
}

/** One RE2 pattern that finds any of the needles as terms or phrases, in a text folded as `fold` does. The empty needle
 *  matches every text. */
export function termPatternOf(needles: readonly string[], edge: Edge, fold: (needle: string) => string): string {
  const groups = new Map<string, string[]>();
  for (const written of needles) {
    const needle = fold(written);
    const { before, after } = edges(needle, edge);
    const key = `${before ? open : ''}\0${after ? close : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), escapePattern(needle)]);
  }
  const branches = [...groups].map(([key, alternatives]) => {
    const [before, after] = key.split('\0');
    return `${before}${alternatives.length === 1 ? alternatives[0] : `(?:${alternatives.join('|')})`}${after}`;
  });
  return branches.join('|');
}
