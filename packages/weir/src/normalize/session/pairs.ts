import { sqlText } from '../../engine/sql.ts';
import { unlessUnknown } from '../sql/words.ts';
import { unknownWords } from './words.ts';

/** Layers of columns that end with `weir_object`, the pairs of a text as one JSON object, and `weir_untidy`: whether a
 *  value may have blanks or quotes at its ends. The engine goes through an object once for all its values; a pattern for
 *  each would go through the text for each. */
export type PairLayers = readonly Readonly<Record<string, string>>[];

const key = '([A-Za-z0-9_.\\[\\]-]+)';
/** Control characters are blanks: they part pairs, and JSON has none. */
const spaced = (text: string): string => `regexp_replace(${text}, '[\\x00-\\x1f]', ' ', 'g')`;

/** Of `key=value key=other value`: a value goes on until blanks and the next key. `\=` is no equals sign.
 *
 *  In most texts each blank stands alone, and what is before an equals sign in a word is a key: words with one begin a pair,
 *  which is joined in two thirds of the time that the pattern takes. */
export function pairsByKeys(text: string): PairLayers {
  const untidy = `contains(weir_escaped, '= ') OR ends_with(weir_escaped, ' "')`;
  const words = `list_transform(string_split(weir_escaped, ' '), lambda word: CASE WHEN contains(word, '=') THEN '","' || word ELSE ' ' || word END)`;
  const pairs = join(`string_split(${join(words, '')}, '=')`, '":"');
  // The first word is the quote that begins the text, with a blank before it as before every other.
  const joined = `'{"":' || substr(${pairs}, 2) || '}'`;
  const plain = `NOT contains(weir_escaped, '\\') AND NOT contains(weir_escaped, '  ')
    AND NOT regexp_matches(weir_escaped, ' [^ =]*(?:[^ =A-Za-z0-9_.\\[\\]-][^ =]*=|=[^ =]*=)| =')`;
  const [written, escaped, { weir_object, weir_untidy }] = pairsAfter(`' ' || ${text}`, ` +${key}=`, untidy);
  return [
    written,
    escaped,
    { weir_plain: plain },
    { weir_object: `CASE WHEN weir_plain THEN ${joined} ELSE ${weir_object} END`, weir_untidy },
  ];
}

/** Of `key=value;key=value`. */
export function pairsBySemicolons(text: string): PairLayers {
  return pairsAfter(`';' || ${text}`, `;${key}=`, `contains(weir_escaped, ' ')`);
}

/** What stands before the first key has an empty one. */
function pairsAfter(text: string, separator: string, untidy: string) {
  const object = `'{"":' || regexp_replace(weir_escaped, '${separator}', '","\\1":"', 'g') || '}'`;
  return [
    { weir_written: `to_json(${text})::VARCHAR` },
    {
      weir_escaped: `CASE WHEN contains(weir_written, '\\') THEN to_json(${spaced(text)})::VARCHAR ELSE weir_written END`,
    },
    { weir_object: object, weir_untidy: `contains(weir_escaped, '\\"') OR ${untidy}` },
  ] as const;
}

/** Of `key=value key="a value with blanks"`.
 *
 *  Most lines become an object by joins alone: blanks and equals signs in quotes are written as escapes, the others part
 *  pairs, keys and values, and a value's own quotes merge with the object's. What is not of that regular form (words
 *  without a value, quotes in other places, blanks in a row) comes out as no JSON, and a pattern takes it apart. */
export function pairsByQuotes(text: string): PairLayers {
  const inQuotes = `replace(replace(trim(piece, ' '), ' ', '\\u0020'), '=', '\\u003d')`;
  const pieces = `list_transform(weir_pieces, lambda piece, place: CASE WHEN place & 1 = 1 THEN piece
    WHEN contains(piece, ' ') OR contains(piece, '=') THEN ${inQuotes} ELSE piece END)`;
  const parted = parting.reduce(
    (joined, [part, joint]) => join(`string_split(${joined}, ${sqlText(part)})`, joint),
    `'{"' || ${join(pieces, '"')} || '"}'`,
  );
  return [
    {
      // Without what syslog puts in front, where that has blanks.
      weir_tail: `CASE WHEN contains(left(${text}, instr(${text}, '=')), ' ') THEN regexp_replace(${text}, '^[^=]* ', '') ELSE ${text} END`,
    },
    {
      weir_plain: `CASE WHEN ends_with(weir_tail, ' ') THEN rtrim(weir_tail) ELSE weir_tail END`,
    },
    {
      weir_pieces: `CASE WHEN NOT contains(weir_plain, '\\') THEN string_split(weir_plain, '"')
        WHEN NOT contains(weir_plain, '\\"') THEN string_split(replace(weir_plain, '\\', '\\\\'), '"') END`,
    },
    { weir_joined: `CASE WHEN len(weir_pieces) & 1 = 1 THEN ${parted} END` },
    { weir_untidy: `NOT coalesce(json_valid(weir_joined), false)` },
    { weir_object: `CASE WHEN weir_untidy THEN ${objectOf(markedByQuotes(text))} ELSE weir_joined END` },
  ];
}

/** The engine's `array_to_string` writes the list down twice, and works it out twice inside a CASE. */
function join(list: string, joint: string): string {
  return `list_aggregate(${list}, 'string_agg', ${sqlText(joint)})`;
}

const parting = [
  [' ', '","'],
  ['=', '":"'],
  ['""', '"'],
] as const;

/** Keys and values marked as `\x01key\x02value`. */
function markedByQuotes(text: string): string {
  const pair = `(?:^| +)${key}=("(?:[^"\\\\]|\\\\.)*"|[^ "]*)`;
  return `regexp_replace(${spaced(text)}, '${pair}', chr(1) || '\\1' || chr(2) || '\\2', 'g')`;
}

function objectOf(marked: string): string {
  const escaped = `replace(replace(${marked}, '\\', '\\\\'), '"', '\\"')`;
  return `('{"":"' || replace(replace(${escaped}, chr(1), '","'), chr(2), '":"') || '"}')`;
}

/** The values that a mapping takes from the pairs of a text: each a column of its own. */
export class PairValues {
  readonly #pairs: PairLayers;
  readonly #columns = new Map<string, string>();

  constructor(pairs: PairLayers) {
    this.#pairs = pairs;
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

  /** The layers of columns with what was asked for. Of a key that comes twice, JSON's readers take the first. */
  get pieces(): Readonly<Record<string, string>>[] {
    const columns = [...this.#columns];
    const shape = JSON.stringify(Object.fromEntries(columns.map(([key]) => [key, 'VARCHAR'])));
    const text = (key: string): string => `weir_pairs."${key}"`;
    const tidy = (key: string): string => `CASE WHEN weir_untidy THEN trim(${text(key)}, ' "') ELSE ${text(key)} END`;
    return [
      ...this.#pairs,
      { weir_pairs: `json_transform(weir_object, ${sqlText(shape)})` },
      Object.fromEntries(columns.map(([key, column]) => [`${column}_text`, tidy(key)])),
      Object.fromEntries(columns.map(([, column]) => [column, unlessUnknown(`${column}_text`, unknownWords)])),
    ];
  }
}
