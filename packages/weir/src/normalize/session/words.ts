import { sqlText } from '../../engine/sql.ts';

/** Whether a text is one of some words. The engine makes a join of an IN with more than four of them. */
export function isOneOf(text: string, words: readonly string[]): string {
  return `list_contains([${words.map(sqlText).join(', ')}], ${text})`;
}

/** What means unknown in the logs of firewalls. */
export const unknownWords: readonly string[] = ['', '-', 'null', 'N/A'];
