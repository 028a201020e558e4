import { sqlName, sqlText } from '../engine/sql.ts';
import { Members } from './members.ts';
import type { Seen } from './seen.ts';
import type { Spoken } from './spoken.ts';
import { unlessUnknown } from './sql/words.ts';

/** The columns that a mapping may take from a file; every value is text as the file has it. */
export class RawColumns {
  readonly #asked: Asked;
  /** The column whose members these are; undefined where they are the file's own. */
  readonly #inside: string | undefined;

  constructor(
    known: readonly string[] | undefined,
    unknownSpellings: readonly string[] = ['', '-'],
    { inside, seen = everything }: { readonly inside?: Inside; readonly seen?: Seen['has'] } = {},
  ) {
    this.#asked = inside?.asked ?? {
      known: known && new Map(known.map((name) => [name.toLowerCase(), name])),
      unknownSpellings,
      seen,
      used: new Set(),
      unseen: new Set(),
      asText: new Set(),
      members: new Map(),
      shapes: 0,
      texts: new Map(),
    };
    this.#inside = inside?.column;
  }

  /** The first of these names that has a value; what means unknown is null. A column of its own, which is computed
   *  once however often a mapping speaks of it. */
  text(...names: string[]): string {
    return this.#first(names.flatMap((name) => this.#present(name)));
  }

  /** As `text`, of members of an object, or of a JSON text of one, in a column: `member('flow', 'start', 'begin')`.
   *  A path goes deeper with dots: `'tcp.state'`. Null where the column holds no object. */
  member(column: string, ...paths: string[]): string {
    return this.#first(paths.flatMap((path) => this.#memberOf(column, path.split('.'))));
  }

  /** As `text`, of names that stand in a record with dots (`"source.ip"`) or nested (`{"source":{"ip":…}}`). */
  dotted(...names: string[]): string {
    return this.#first(
      names.flatMap((name) => {
        const [top = '', ...rest] = name.split('.');
        return [...this.#present(name), ...(rest.length > 0 ? this.#memberOf(top, rest) : [])];
      }),
    );
  }

  /** As `text`, of SQL over the file's columns and those of `once`. */
  textOf(sql: string): string {
    return this.#first([sql]);
  }

  /** As `text`, but exactly as recorded. */
  verbatim(...names: string[]): string {
    const values = names.flatMap((name) => this.#present(name));
    return values.length === 0 ? this.#none() : coalesce(values);
  }

  /** A column of its own, computed once, for SQL over the other columns that were asked for. */
  once(sql: string): string {
    const { texts } = this.#asked;
    const column = texts.get(sql) ?? `weir_text_${texts.size}`;
    texts.set(sql, column);
    return column;
  }

  /** The members of an object, or of a JSON text of one, in a column, for a mapping that takes them as a record. */
  within(column: string): RawColumns {
    return new RawColumns(undefined, undefined, { inside: { asked: this.#asked, column } });
  }

  /** The types, by name, as which columns may be read that hold objects in these records; the others are text. */
  typesIn(records: readonly object[]): ReadonlyMap<string, string> {
    const { members, asText } = this.#asked;
    const types = new Map<string, string>();
    for (const [name, opened] of members) {
      const type = asText.has(name) ? undefined : opened.typeIn(records);
      if (type !== undefined) types.set(name, type);
    }
    return types;
  }

  /** The relation with the columns of `text` that are spoken of, over one that has those of `used`, some of them as
   *  `typesIn` has them. */
  over(relation: string, spoken: Spoken, types: ReadonlyMap<string, string> = new Map()): string {
    const { members } = this.#asked;
    const texts = spoken.of(Object.fromEntries([...this.#asked.texts].map(([sql, column]) => [column, sql])));
    const added = [...members].flatMap(([name, opened]) => Object.entries(spoken.of(opened.columns(types.has(name)))));
    const structs = added.map(([name, sql]) => `, ${sql} AS ${name}`);
    const opened = structs.length === 0 ? relation : `(SELECT *${structs.join('')} FROM ${relation})`;
    // A column over others of these stands one level above them.
    const levels: string[] = [];
    const levelOf = new Map<string, number>();
    for (const [column, sql] of Object.entries(texts)) {
      const below = (sql.match(/\bweir_text_\d+\b/g) ?? []).map((name) => levelOf.get(name) ?? -1);
      const level = Math.max(-1, ...below) + 1;
      levelOf.set(column, level);
      levels[level] = `${levels[level] ?? ''}, ${sql} AS ${column}`;
    }
    return levels.reduce((below, columns) => `(SELECT *${columns} FROM ${below})`, opened);
  }

  /** Whether the file may have one of these names. */
  has(...names: string[]): boolean {
    const { known } = this.#asked;
    return known === undefined || this.#inside !== undefined || names.some((name) => known.has(name.toLowerCase()));
  }

  /** SQL verdict on a record with a value where `seen` has none: the mapping was written as if there were none, so that the
   *  engine is to give up. Null where all is seen. */
  get form(): string {
    const { unseen } = this.#asked;
    if (unseen.size === 0) return 'NULL';
    return `CASE WHEN coalesce(${[...unseen].join(', ')}) IS NOT NULL THEN error(${sqlText(unseenMark)}) END`;
  }

  /** What the mapping asked for. */
  get used(): readonly string[] {
    return [...this.#asked.used];
  }

  #first(values: readonly string[]): string {
    if (values.length === 0) return this.#none();
    return this.once(coalesce(values.map((value) => unlessUnknown(value, this.#asked.unknownSpellings))));
  }

  /** SQL of a name's value, in a list that is empty where the file has no such column. */
  #present(name: string): string[] {
    if (this.#inside !== undefined) return this.#memberOf(undefined, [name]);
    const own = this.#own(name);
    if (own === undefined) return [];
    this.#asked.asText.add(own);
    return this.#ifSeen([own], sqlName(own));
  }

  /** Of records that bring their own columns a column too: of a constant the engine takes a type by what it stands in. */
  #none(): string {
    return this.#asked.known ? 'NULL::VARCHAR' : this.once('NULL::VARCHAR');
  }

  #ifSeen(path: readonly string[], sql: string): string[] {
    const { seen, unseen } = this.#asked;
    if (seen(path)) return [sql];
    unseen.add(sql);
    return [];
  }

  /** The file's own spelling of a column's name, which is then used. */
  #own(name: string): string | undefined {
    const { known, used } = this.#asked;
    const own = known ? known.get(name.toLowerCase()) : name;
    if (own !== undefined) used.add(own);
    return own;
  }

  #memberOf(column: string | undefined, path: readonly string[]): string[] {
    const whole = [this.#inside, column].filter((step) => step !== undefined);
    const [top = '', ...below] = whole;
    const own = this.#own(top);
    if (own === undefined) return [];
    const { members, asText, seen } = this.#asked;
    if (!seen([own])) {
      asText.add(own);
      return this.#ifSeen([own], sqlName(own));
    }
    const opened = members.get(own) ?? new Members(own, () => `weir_members_${this.#asked.shapes++}`);
    members.set(own, opened);
    const steps = [...below, ...path];
    return this.#ifSeen([own, ...steps], opened.at(steps));
  }
}

/** What a mapping has asked of a file. */
interface Asked {
  /** Names that the file has, by their lower case; undefined where each record brings its own (JSON). */
  readonly known: ReadonlyMap<string, string> | undefined;
  readonly unknownSpellings: readonly string[];
  readonly seen: Seen['has'];
  readonly used: Set<string>;
  /** SQL of the values that it asked for and that `seen` has not. */
  readonly unseen: Set<string>;
  /** Those of them that are wanted as text. */
  readonly asText: Set<string>;
  /** By a column's name. */
  readonly members: Map<string, Members>;
  /** How many columns hold members. */
  shapes: number;
  readonly texts: Map<string, string>;
}

interface Inside {
  readonly asked: Asked;
  readonly column: string | undefined;
}

const everything = (): boolean => true;
const unseenMark = 'weir: a record has a value where the sample has none';

/** Whether the engine gave up for a value that `RawColumns.form` speaks of. */
export function isUnseen(error: unknown): boolean {
  return error instanceof Error && error.message.includes(unseenMark);
}

function coalesce(values: readonly string[]): string {
  const [only] = values;
  if (only === undefined) return 'NULL::VARCHAR';
  return values.length === 1 ? only : `coalesce(${values.join(', ')})`;
}

/** A file as DuckDB is to read it. */
export interface Reading {
  readonly columns: RawColumns;
  /** The table function, once the mapping has asked for its columns, with those that are spoken of. */
  readonly from: (spoken: Spoken) => string;
  /** SQL verdict on a record's form alone (comments, lines cut short); null where it is sound. */
  readonly form: string;
  /** Whether each record has its number in front, as the column `numberColumn`. */
  readonly numbered: boolean;
  /** A column with the record's text, where the reading has one. */
  readonly record?: string;
  /** The member that holds the record proper, where that is an object inside each record. */
  readonly inside?: string;
}

export const numberColumn = 'weir_number';

/** Bytes of the longest line of a file that the engine reads in place; it is below DuckDB's usual limit for lines of CSV. */
export const longestInPlace = 1_900_000;
const recordColumn = 'weir_record';

export interface ReadingOptions {
  readonly path: string;
  /** A spool of sound records, each with its number in front. */
  readonly numbered: boolean;
  /** The longest record in bytes, where it is over `longestInPlace`. */
  readonly longest: number;
  /** Objects are read as text, for they are none in every record. */
  readonly untyped?: boolean;
  /** What a sample of the file's JSON has; all that a mapping asks for where absent. */
  readonly seen?: Seen;
  /** Where the record proper is one member of what a line of JSON holds: its key, and the keys beside it that are wanted. */
  readonly inside?: { readonly key: string; readonly beside: readonly string[] };
}

export interface JsonOptions extends ReadingOptions {
  /** The first records. */
  readonly sampled?: readonly object[];
  readonly unknown?: readonly string[];
}

/** One JSON object a line. */
export function jsonReading(options: JsonOptions): Reading {
  const { path, numbered, longest, untyped = numbered, sampled = [], unknown, inside, seen } = options;
  const isBeside = (name: string | undefined): boolean => !inside || inside.beside.includes(name ?? '');
  const columns = new RawColumns(undefined, unknown, {
    ...(seen && { seen: (path) => seen.has(inside && !isBeside(path[0]) ? [inside.key, ...path] : path) }),
  });
  const from = (spoken: Spoken): string => {
    const objects = columns.typesIn(untyped || inside ? [] : sampled);
    const types = columns.used
      .filter(isBeside)
      .map((name) => `${sqlText(name)}: ${sqlText(objects.get(name) ?? 'VARCHAR')}`);
    const nested = columns.used.filter((name) => !isBeside(name));
    if (inside) {
      const fields = nested.map((name) => `${sqlName(name)} VARCHAR`).join(', ');
      types.push(`${sqlText(inside.key)}: ${sqlText(`STRUCT(${fields})`)}`);
    }
    if (numbered) types.push(`${numberColumn}: 'BIGINT'`);
    // The engine shares a file out among its threads in pieces of twice this limit: with its usual one, 32 MB.
    const limit = Math.max(longest, longestInPlace) + 64;
    const file = `read_json(${sqlText(path)}, format = 'newline_delimited', compression = 'uncompressed', hive_partitioning = false,
      maximum_object_size = ${limit}, columns = {${types.join(', ')}})`;
    if (!inside) return columns.over(file, spoken, objects);
    const members = nested.map((name) => `${sqlName(inside.key)}.${sqlName(name)} AS ${sqlName(name)}`);
    return columns.over(
      `(SELECT ${[`* EXCLUDE (${sqlName(inside.key)})`, ...members].join(', ')} FROM ${file})`,
      spoken,
    );
  };
  return {
    columns,
    from,
    get form() {
      return columns.form;
    },
    numbered,
    ...(inside && { inside: inside.key }),
  };
}

/** A Parquet file, every column as text: what a table's column means does not hang on the type that somebody chose. */
export function parquetReading(
  { path }: ReadingOptions,
  types: ReadonlyMap<string, string>,
  unknown?: readonly string[],
): Reading {
  const columns = new RawColumns([...types.keys()], unknown);
  const from = (spoken: Spoken): string => {
    const texts = columns.used.map((name) => {
      const nested = /^(STRUCT|MAP|UNION)|\]$/.test(types.get(name) ?? '');
      return `${nested ? `to_json(${sqlName(name)})` : sqlName(name)}::VARCHAR AS ${sqlName(name)}`;
    });
    const record = `file_row_number + 1 AS ${numberColumn}, to_json(weir_file)::VARCHAR AS ${recordColumn}`;
    const file = `read_parquet(${sqlText(path)}, file_row_number = true, hive_partitioning = false) AS weir_file`;
    return columns.over(`(SELECT ${[...texts, record].join(', ')} FROM ${file})`, spoken);
  };
  return { columns, from, form: 'NULL', numbered: true, record: recordColumn };
}

export interface DelimitedOptions extends ReadingOptions {
  readonly names: readonly string[];
  readonly delimiter: string;
  readonly quoted: boolean;
  /** Lines at the top that are no records. */
  readonly skip: number;
  readonly form?: string;
  readonly unknown?: readonly string[];
}

/** Delimited text whose columns are known. Without quotes, lines that are too short come out with nulls at the end. */
export function delimitedReading(options: DelimitedOptions): Reading {
  const { path, names, delimiter, quoted, skip, numbered, longest, unknown } = options;
  const columns = new RawColumns(names, unknown);
  const quote = quoted ? `quote = '"', escape = '"'` : `quote = '', escape = ''`;
  const limit = longest > longestInPlace ? `max_line_size = ${longest + 64},` : '';
  // A spool's lines end so, whatever its cells hold.
  const ends = numbered ? `new_line = '\\n',` : '';
  const types = [
    ...(numbered ? [`${numberColumn}: 'BIGINT'`] : []),
    ...names.map((name) => `${sqlText(name)}: 'VARCHAR'`),
  ];
  // No cell of a text file holds \x01 alone, so an empty cell stays an empty text.
  const from = (spoken: Spoken): string =>
    columns.over(
      `read_csv(${sqlText(path)}, auto_detect = false, header = false, skip = ${skip},
    delim = ${sqlText(delimiter)}, ${quote}, null_padding = ${!quoted}, nullstr = chr(1), compression = 'none', hive_partitioning = false,
    ${limit} ${ends} columns = {${types.join(', ')}})`,
      spoken,
    );
  return { columns, from, form: options.form ?? 'NULL', numbered };
}

/** Text of which each line is a record: the one column `lineColumn`, exactly as recorded. */
export function linesReading({ path, numbered, longest }: ReadingOptions): Reading {
  const columns = new RawColumns([lineColumn]);
  const limit = longest > longestInPlace ? `max_line_size = ${longest + 64},` : '';
  const ends = numbered ? `new_line = '\\n',` : '';
  const from = (spoken: Spoken): string => {
    const file = `read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = '', quote = '', escape = '',
      nullstr = chr(1), compression = 'none', hive_partitioning = false, ${limit} ${ends} columns = {${sqlText(lineColumn)}: 'VARCHAR'})`;
    if (!numbered) return columns.over(file, spoken);
    const number = `split_part(${lineColumn}, ' ', 1)`;
    return columns.over(
      `(SELECT ${number}::BIGINT AS ${numberColumn}, substr(${lineColumn}, length(${number}) + 2) AS ${lineColumn} FROM ${file})`,
      spoken,
    );
  };
  return { columns, from, form: 'NULL', numbered };
}

export const lineColumn = 'weir_line';

/** Adds `content`, a hash of the whole record, and `ordinal`, the record's place among identical ones of its file. Each
 *  value has its length in front, so that no text of one column passes for two columns. */
export function numberedAmongEquals(records: string, names: readonly string[]): string {
  const text = (place: number): string => `weir_told_${place}`;
  // One call for all: each list of two texts is written down by itself.
  const values = names.map((_, place) => {
    const value = `strlen(${text(place)}), CASE WHEN ${text(place)} IS NOT NULL THEN ':' END, ${text(place)}`;
    return place === 0 ? value : `'|', ${value}`;
  });
  const texts = names.map((name, place) => `${sqlName(name)}::VARCHAR AS ${text(place)}`);
  const told = `(SELECT *, ${texts.join(', ')} FROM ${records})`;
  const hashed = `(SELECT * EXCLUDE (${names.map((_, place) => text(place)).join(', ')}), md5(concat(${values.join(', ')})) AS content FROM ${told})`;
  return `(SELECT *, row_number() OVER (PARTITION BY content) AS ordinal FROM ${hashed})`;
}
