import { sqlName, sqlText } from '../engine/sql.ts';

/** The columns that a mapping may take from a file; every value is text as the file has it. */
export class RawColumns {
  /** Names that the file has, in its own spelling; undefined where each record brings its own (JSON). */
  readonly #known: ReadonlyMap<string, string> | undefined;
  readonly #unknownSpellings: readonly string[];
  readonly #used = new Set<string>();

  constructor(known: readonly string[] | undefined, unknownSpellings: readonly string[] = ['', '-']) {
    this.#known = known && new Map(known.map((name) => [name.toLowerCase(), name]));
    this.#unknownSpellings = unknownSpellings;
  }

  /** SQL of the first of these names that has a value; what means unknown is null. */
  text(...names: string[]): string {
    const unknown = this.#unknownSpellings.map(sqlText).join(', ');
    const values = this.#present(names).map((name) =>
      unknown === '' ? name : `CASE WHEN ${name} NOT IN (${unknown}) THEN ${name} END`,
    );
    return coalesce(values);
  }

  /** As `text`, but exactly as recorded. */
  verbatim(...names: string[]): string {
    return coalesce(this.#present(names));
  }

  has(...names: string[]): boolean {
    return this.#known === undefined || names.some((name) => this.#known?.has(name.toLowerCase()));
  }

  /** What the mapping asked for. */
  get used(): readonly string[] {
    return [...this.#used];
  }

  #present(names: readonly string[]): string[] {
    const present = names.map((name) => (this.#known ? this.#known.get(name.toLowerCase()) : name));
    return present.flatMap((name) => {
      if (name === undefined) return [];
      this.#used.add(name);
      return [sqlName(name)];
    });
  }
}

function coalesce(values: readonly string[]): string {
  const [only] = values;
  if (only === undefined) return 'NULL::VARCHAR';
  return values.length === 1 ? only : `coalesce(${values.join(', ')})`;
}

/** A file as DuckDB is to read it. */
export interface Reading {
  readonly columns: RawColumns;
  /** The table function, once the mapping has asked for its columns. */
  readonly from: () => string;
  /** SQL verdict on a record's form alone (comments, lines cut short); null where it is sound. */
  readonly form: string;
  /** Whether each record has its number in front, as the column `numberColumn`. */
  readonly numbered: boolean;
}

export const numberColumn = 'weir_number';

export interface ReadingOptions {
  readonly path: string;
  /** A spool of sound records, each with its number in front. */
  readonly numbered: boolean;
  /** The longest record in bytes, where it is over DuckDB's usual limit. */
  readonly longest: number;
}

/** One JSON object a line. */
export function jsonReading(
  { path, numbered, longest }: ReadingOptions,
  unknownSpellings?: readonly string[],
): Reading {
  const columns = new RawColumns(undefined, unknownSpellings);
  const from = (): string => {
    const types = columns.used.map((name) => `${sqlText(name)}: 'VARCHAR'`);
    if (numbered) types.push(`${numberColumn}: 'BIGINT'`);
    const limit = Math.max(longest + 64, 16 * 1024 * 1024);
    return `read_json(${sqlText(path)}, format = 'newline_delimited', compression = 'uncompressed',
      maximum_object_size = ${limit}, columns = {${types.join(', ')}})`;
  };
  return { columns, from, form: 'NULL', numbered };
}

export interface DelimitedOptions extends ReadingOptions {
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly quoted: boolean;
  /** Lines at the top that are no records. */
  readonly skip: number;
  readonly form?: string;
  readonly unknownSpellings?: readonly string[];
}

/** Delimited text whose columns are known. Lines that are too short come out with nulls at the end. */
export function delimitedReading(options: DelimitedOptions): Reading {
  const { path, names, delimiter, quoted, skip, numbered, longest, unknownSpellings } = options;
  const columns = new RawColumns(names, unknownSpellings);
  const quote = quoted ? `quote = '"', escape = '"'` : `quote = '', escape = ''`;
  const limit = longest > 1_900_000 ? `max_line_size = ${longest + 64},` : '';
  const types = [
    ...(numbered ? [`${numberColumn}: 'BIGINT'`] : []),
    ...names.map((name) => `${sqlText(name)}: 'VARCHAR'`),
  ];
  // No cell of a text file holds \x01 alone, so an empty cell stays an empty text.
  const from = (): string => `read_csv(${sqlText(path)}, auto_detect = false, header = false, skip = ${skip},
    delim = ${sqlText(delimiter)}, ${quote}, null_padding = ${!quoted}, nullstr = chr(1), compression = 'none',
    ${limit} columns = {${types.join(', ')}})`;
  return { columns, from, form: options.form ?? 'NULL', numbered };
}
