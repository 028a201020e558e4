import { count } from './format.ts';
import { visible } from './harmless.ts';
import { maskSecrets } from './mask.ts';

/** The same value with every text in it changed: of objects, arrays and records with texts as keys. A text is changed once
 *  however often it stands there: of a result's, nine in ten are names of members and what findings share. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  const known = new Map<string, string>();
  const once = (text: string): string => {
    const changed = known.get(text) ?? change(text);
    known.set(text, changed);
    return changed;
  };
  return mapped(value, once) as T;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapped(item, change)]));
}

/** A result without secrets, for formats that make texts harmless on their own (JSON). */
export function masked<T>(result: T): T {
  return mapTexts(result, maskSecrets);
}

/** A result without secrets and without characters that steer what shows it. Every page, table and list for people
 *  starts from this, so that none of them can forget a text. */
export function presentable<T>(result: T): T {
  return mapTexts(result, shown);
}

/** A presentable result whose texts a screen or a page can hold: a longer one is cut and says by how much. */
export function readable<T>(result: T): T {
  return mapTexts(result, (text) => cut(shown(text)));
}

const shown = (text: string): string => visible(maskSecrets(text));

const longest = 1_500;

function cut(text: string): string {
  if (text.length <= longest) return text;
  const characters = [...text];
  const rest = characters.length - longest;
  return rest <= 0
    ? text
    : `${characters.slice(0, longest).join('')}… (${count(rest)} more characters; --format json has them)`;
}
