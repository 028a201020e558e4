import { sqlText } from '../../engine/sql.ts';

/** Whether a text is one of some words; null where the text is. The engine makes a join of an IN with more than four of
 *  them, which takes a hundred times as long for a few rows. */
export function isOneOf(text: string, words: readonly string[]): string {
  return `list_contains([${words.map(sqlText).join(', ')}], ${text})`;
}

/** A text, null where it is spelled as one of what means unknown. */
export function unlessUnknown(text: string, spellings: readonly string[]): string {
  const cases = spellings.map((spelling) => `WHEN ${sqlText(spelling)} THEN NULL`);
  return cases.length === 0 ? text : `CASE ${text} ${cases.join(' ')} ELSE ${text} END`;
}

/** `trim` of a text that mostly has no blanks at its ends: the engine goes through all of it, to find the blanks of every
 *  script. */
export function trimmed(text: string): string {
  const plain = (place: number): string => `(${text})[${place}] BETWEEN '!' AND '~'`;
  return `CASE WHEN ${plain(1)} AND ${plain(-1)} THEN ${text} ELSE trim(${text}) END`;
}
