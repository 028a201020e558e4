import { isOneOf, unknownWords } from './words.ts';

/** Keys and values of a text, marked so that a value is found by its key without a pattern: `\x01key\x02value`. */

const key = '([A-Za-z0-9_.\\[\\]-]+)';
const marks = `chr(1) || '\\1' || chr(2)`;
/** A text that came with marks of its own has nothing to say by them. */
const unmarked = (text: string): string => `translate(${text}, chr(1) || chr(2), '  ')`;

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

  /** The layers of columns with what was asked for. */
  get pieces(): Record<string, string>[] {
    const keys = [...this.#columns];
    return [
      Object.fromEntries(keys.map(([key, column]) => [`${column}_text`, firstValue(this.#marked, key)])),
      Object.fromEntries(
        keys.map(([, column]) => [
          column,
          `CASE WHEN NOT ${isOneOf(`${column}_text`, unknownWords)} THEN ${column}_text END`,
        ]),
      ),
    ];
  }
}

/** Without the blanks and quotes about it; empty where there is none. */
function firstValue(marked: string, name: string): string {
  return `trim(regexp_extract(${marked}, '\\x01${name}\\x02([^\\x01]*)', 1), ' "')`;
}
