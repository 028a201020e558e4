import { sqlName, sqlText } from '../engine/sql.ts';
import type { LackingColumns } from '../model/input.ts';
import type { Table } from '../tables/index.ts';
import type { Sample } from './format.ts';
import { type Mapping, otherForm, rejected } from './mapping.ts';
import { delimitedReading, jsonReading, parquetReading, type RawColumns } from './reading.ts';
import type { CsvHeader, Recognised, Shape, ToJob } from './recognised.ts';
import { objectOf } from './sample.ts';
import { distinct } from './zeek/header.ts';

/** A format whose records are rows with named columns, whatever holds them. */
export interface RowFormat {
  /** What reports call it where a record has these names; undefined where it is of another format. */
  readonly nameOf: (names: readonly string[]) => string | undefined;
  /** `names` are those of the first records, `written` those that CSV's header has for them. */
  readonly mapping: (raw: RawColumns, names: readonly string[], written?: readonly string[]) => Mapping;
  /** The tables whose columns rows with these names have, all or some of them. */
  readonly tablesOf?: (names: readonly string[]) => readonly Table[];
  /** Spellings of unknown. */
  readonly unknown: readonly string[];
  /** The names of CSV's columns where a product's file has others for them, in their order. */
  readonly named?: (names: readonly string[]) => readonly string[];
}

/** Recognises rows in CSV, JSON (lines, arrays, envelopes) and Parquet by the names of their columns. */
export function recogniseRows({ columns, header, objects, layout }: Sample, rows: RowFormat): Recognised | undefined {
  const { nameOf, mapping, unknown } = rows;
  // Somebody may have added a column with the name that a product's is given.
  const named = (names: readonly string[]) => (rows.named ? distinct(rows.named(names)) : names);
  if (columns) {
    const names = [...columns.keys()];
    const name = nameOf(names);
    const job: ToJob = (options) => {
      const reading = parquetReading(options, columns, unknown);
      return { reading, mapping: mapping(reading.columns, names) };
    };
    return name === undefined
      ? undefined
      : { format: `${name} parquet`, shape: { kind: 'parquet', job }, ...lacking(rows.tablesOf, names) };
  }
  if (header) {
    const own = named(header.names);
    const name = nameOf(own);
    if (name === undefined) return undefined;
    const jobUnder =
      ({ names: written, delimiter, lines }: CsvHeader): ToJob =>
      (options) => {
        const skip = options.numbered ? 0 : lines;
        const names = named(written);
        const form = headerAgain(written, names);
        const reading = delimitedReading({ ...options, names, delimiter, quoted: true, skip, unknown, form });
        return { reading, mapping: mapping(reading.columns, names, written) };
      };
    const isHeader = (cells: readonly string[]): boolean => nameOf(named(cells)) !== undefined;
    const shape: Shape = { kind: 'csv', header, job: jobUnder(header), jobUnder, isHeader };
    return { format: `${name} csv`, shape, ...lacking(rows.tablesOf, own) };
  }
  for (const wrapper of [undefined, ...wrappers]) {
    const records = objects.flatMap((object) => (wrapper === undefined ? object : inner(object, wrapper)));
    const found = records.map((record) => nameOf(Object.keys(record))).filter((name) => name !== undefined);
    if (found.length * 2 <= objects.length) continue;
    const job: ToJob = (options) => {
      const reading = jsonReading({ ...options, sampled: objects, unknown });
      const raw = wrapper === undefined ? reading.columns : reading.columns.within(wrapper);
      return { reading, mapping: mapping(raw, records.flatMap(Object.keys)) };
    };
    return {
      format: `${found[0]} json`,
      shape: { kind: layout === 'lines' ? 'json-lines' : 'json-elements', job },
      lacksOf: (names) => lackingOf(rows.tablesOf, names(wrapper === undefined ? [] : [wrapper])),
    };
  }
  return undefined;
}

function lacking(tablesOf: RowFormat['tablesOf'], names: readonly string[]): Pick<Recognised, 'lacks'> {
  const lacks = lackingOf(tablesOf, names);
  return lacks.length === 0 ? {} : { lacks };
}

/** The columns that are usual in the tables of which rows with these names are. */
export function lackingOf(tablesOf: RowFormat['tablesOf'], names: readonly string[]): LackingColumns[] {
  const given = new Set(names);
  return (tablesOf?.(names) ?? [])
    .map(({ name, stored }) => ({
      table: name,
      columns: stored.map(({ name }) => name).filter((own) => !given.has(own)),
    }))
    .filter(({ columns }) => columns.length > 0);
}

/** SQL verdict on a record whose cells name columns: where files were put one after another, those below may stand in
 *  another order, so that the file has to be read with care. */
function headerAgain(written: readonly string[], names: readonly string[]): string {
  const [first, last] = [names[0], names.at(-1)].map((name) => sqlName(name ?? ''));
  const isName = (cell: string): string => `list_contains([${written.map(sqlText).join(', ')}], ${cell})`;
  // Most first cells are a time or a number, which is seen at once.
  return `CASE WHEN ${first} >= '@' AND ${isName(`ltrim(${first}, chr(65279))`)} AND ${isName(last ?? '')} THEN ${rejected(otherForm)} END`;
}

/** Members in which collectors keep the record that they received, as an object or as JSON text. */
export const wrappers = ['event', '_source', 'message', 'MESSAGE', '_raw'] as const;

export function inner(object: object, wrapper: string): object[] {
  const member: unknown = Reflect.get(object, wrapper);
  if (typeof member === 'object' && member !== null) return [member];
  return typeof member === 'string' ? objectOf(member.trim()) : [];
}
