import { unlessUnknown } from '../sql/words.ts';
import { unknownWords } from './words.ts';

/** Keys and values of a text, marked so that a value is found by its key without a pattern: `\x01key\x02value`. */

const key = '([A-Za-z0-9_.\\[\\]-]+)';
const marks = `chr(1) || '\\1' || chr(2)`;
/** Control characters are blanks: a text that came with marks of its own says nothing by them, and JSON has none. */
const unmarked = (text: string): string => `regexp_replace(${text}, '[\\x01-\\x1f]', ' ', 'g')`;

/** Of `key=value key=other value`: a value goes on until blanks and the next key. `\=` is no equals sign. */
export function markedByKeys(text: string): string {
  return `regexp_replace(' ' || ${unmarked(text)}, ' +${key}=', ${marks}, 'g')`;
}

/** Of `key=value;key=value`. */
export function markedBySemicolons(text: string): string {
  return `regexp_replace(';' || ${unmarked(text)}, ';${key}=', ${marks}, 'g')`;
}

/** Of `key=value key="a value with blanks"`. */
export function markedByQuotes(text: string): string {
  return `regexp_replace(${unmarked(text)}, '(?:^| +)${key}=("(?:[^"\\\\]|\\\\.)*"|[^ "]*)', chr(1) || '\\1' || chr(2) || '\\2', 'g')`;
}

/** The values that a mapping takes from a marked text: each a column of its own, so that it is looked for once. */
export class MarkedValues {
  readonly #marked: string;
  readonly #columns = new Map<string, string>();

  /** `marked` is the column with the marked text. */
  constructor(marked: string) {
    this.#marked = marked;
  }

  /** SQL of the first of these keys that has a value that means something. */
  value(...keys: string[]): string {
    const columns = keys.map((key) => {
      const column = this.#columns.get(key) ?? `weir_value_${this.#columns.size}`;
      this.#columns.set(key, column);
      return column;
    });
    return columns.length === 1 ? columns.join() : `coalesce(${columns.join(', ')})`;
  }

  /** The layers of columns with what was asked for: the marked text is made one JSON object, so that it is gone through
   *  once. */
  get pieces(): Record<string, string>[] {
    const keys = [...this.#columns];
    const paths = keys.map(([key]) => `'$."${key}"'`).join(', ');
    return [
      { weir_pairs: `json_extract_string(${objectOf(this.#marked)}, [${paths}])` },
      Object.fromEntries(keys.map(([, column], at) => [`${column}_text`, `trim(weir_pairs[${at + 1}], ' "')`])),
      Object.fromEntries(keys.map(([, column]) => [column, unlessUnknown(`${column}_text`, unknownWords)])),
    ];
  }
}

/** Of a key that comes twice, JSON's readers take the first. What stands before the first key has an empty one. */
function objectOf(marked: string): string {
  const escaped = `replace(replace(${marked}, '\\', '\\\\'), '"', '\\"')`;
  return `('{"":"' || replace(replace(${escaped}, chr(1), '","'), chr(2), '":"') || '"}')`;
}
