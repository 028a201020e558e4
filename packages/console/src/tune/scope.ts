import { bytes } from '../words/figures.ts';
import { harmless } from '../words/harmless.ts';

/** How a part of a condition is said: of which column with which operator. */
const said: Readonly<Record<string, (value: string) => string>> = {
  'Process =~': (value) => value,
  'FolderPath startswith': (value) => `in ${value}`,
  'ParentProcess =~': (value) => `started by ${value}`,
  'ProgramRenamed != true': () => 'under its own name',
  'RemoteHost =~': (value) => `to ${value}`,
  'Service =~': (value) => `to ${value}`,
  'DeviceName =~': (value) => `on ${value}`,
  'DeviceName startswith': (value) => `on devices called ${value}…`,
  'AccountName =~': (value) => `as ${value}`,
  'BytesSent <=': (value) => `at most ${bytes(BigInt(value))}`,
};

const part =
  /^\s*(?:(ProgramRenamed != true)|(\w+)\s*(=~|==|startswith|<=)\s*("(?:[^"\\\n]|\\.)*"|\d{1,18}))\s*(?:\/\/[^\n]*)?\s*(and\s|$)/;

/** A condition in words, where it is made of parts that all have words; undefined where the KQL itself must be read. */
export function inWords(when: string): string | undefined {
  const words: string[] = [];
  let rest = when.trim();
  while (rest !== '') {
    const found = part.exec(rest);
    if (found === null) return undefined;
    const [whole, whatever, column, operator, literal, and] = found;
    const key = whatever ?? `${column} ${operator === '==' ? '=~' : operator}`;
    const say = said[key];
    const value = literal === undefined ? '' : textOf(literal);
    if (say === undefined || value === undefined) return undefined;
    words.push(say(value));
    rest = rest.slice(whole.length);
    if (rest.trim() === '' && and !== '') return undefined;
  }
  // What a literal says with escapes may steer.
  return words.length === 0 ? undefined : harmless(words.join(', '));
}

function textOf(literal: string): string | undefined {
  if (/^\d/.test(literal)) return literal;
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
