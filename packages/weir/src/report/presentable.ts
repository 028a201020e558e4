import { count } from './format.ts';
import { visible } from './harmless.ts';
import { maskSecrets } from './mask.ts';

/** The same value with every text in it changed: of objects, arrays and records with texts as keys. */
export function mapTexts<T>(value: T, change: (text: string) => string): T {
  return mapped(value, change) as T;
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
  return mapTexts(result, (text) => visible(maskSecrets(text)));
}

const longest = 1_500;

/** A presentable result whose texts a screen or a page can hold: a longer one is cut and says by how much. */
export function readable<T>(result: T): T {
  return mapTexts(presentable(result), (text) => {
    if (text.length <= longest) return text;
    const characters = [...text];
    const rest = characters.length - longest;
    return rest <= 0
      ? text
      : `${characters.slice(0, longest).join('')}… (${count(rest)} more characters; --format json has them)`;
  });
}
