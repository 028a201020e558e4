/** A character that Unicode promises never to assign: it stands for a match. */
export const marker = '\ufdd0';

/** Can a text begin again before it ends (`aa`, `abab`)? Only then do occurrences overlap. */
export function overlapsItself(needle: string): boolean {
  for (let i = 1; i < needle.length; i++) if (needle.startsWith(needle.slice(i))) return true;
  return false;
}
