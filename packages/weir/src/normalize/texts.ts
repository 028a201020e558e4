import { csvRows } from '../source/csvRecords.ts';
import type { Sample } from './format.ts';
import type { Mapping } from './mapping.ts';
import { delimitedReading, jsonReading, lineColumn, linesReading, type RawColumns, type Reading } from './reading.ts';
import type { CsvHeader, Recognised, ToJob } from './recognised.ts';
import { csvNames } from './sample.ts';

/** A format whose records are texts in a form of their own (CEF, a proxy's log line, XML), whatever carries them: lines
 *  of a file, or one column of rows. */
export interface TextFormat {
  /** What reports call it where texts are of it; undefined where they are of another format. */
  readonly nameOf: (texts: readonly string[]) => string | undefined;
  /** `text` is SQL of the record's text, `texts` the first of them; `raw` has the columns that stand beside it. */
  readonly mapping: (text: string, raw: RawColumns, texts: readonly string[]) => Mapping;
}

/** Columns in which collectors keep the text that they received. */
export const carriers: readonly string[] = [
  'message',
  '@message',
  'MESSAGE',
  'SyslogMessage',
  'RawData',
  'RawEvent',
  '_raw',
  'raw',
  'event',
  'msg',
  'log',
  'line',
];

/** Recognises texts that stand as lines, or in a column of JSON or CSV rows. */
export function recogniseTexts(sample: Sample, format: TextFormat): Recognised | undefined {
  const { header, objects, lines, layout } = sample;
  if (objects.length > 0) return inObjects(objects, layout, format);
  const texts = lines.filter(isText);
  const name = format.nameOf(texts);
  if (name !== undefined) {
    const job: ToJob = (options) => jobOf(linesReading(options), lineColumn, texts, format);
    return { format: name, shape: { kind: 'text-lines', job } };
  }
  return header && inCells(header, lines, format);
}

/** The texts that `recogniseTexts` would look at, for a format that has something to say of what it does not read. */
export function carriedTexts({ objects, lines }: Sample): readonly string[] {
  if (objects.length === 0) return lines.filter(isText);
  for (const carrier of carriers) {
    const texts = objects.map((object) => Reflect.get(object, carrier)).filter((text) => typeof text === 'string');
    if (texts.length * 2 > objects.length) return texts;
  }
  return [];
}

function isText(line: string): boolean {
  return line.trim() !== '' && !line.startsWith('#');
}

function jobOf(reading: Reading, column: string, texts: readonly string[], format: TextFormat) {
  return { reading, mapping: format.mapping(reading.columns.verbatim(column), reading.columns, texts) };
}

function inObjects(objects: readonly object[], layout: Sample['layout'], format: TextFormat): Recognised | undefined {
  for (const carrier of carriers) {
    const texts = objects.map((object) => Reflect.get(object, carrier)).filter((text) => typeof text === 'string');
    const name = texts.length * 2 > objects.length ? format.nameOf(texts) : undefined;
    if (name === undefined) continue;
    const job: ToJob = (options) => jobOf(jsonReading(options), carrier, texts, format);
    return { format: `${name} json`, shape: { kind: layout === 'lines' ? 'json-lines' : 'json-elements', job } };
  }
  return undefined;
}

function inCells(header: CsvHeader, lines: readonly string[], format: TextFormat): Recognised | undefined {
  const carrier = header.names.find((name) => carriers.includes(name));
  if (carrier === undefined) return undefined;
  const place = header.names.indexOf(carrier);
  const texts = csvRows(lines.slice(header.lines), header.delimiter).flatMap((cells) => cells[place] ?? []);
  const name = format.nameOf(texts);
  if (name === undefined) return undefined;
  const jobUnder =
    ({ names, delimiter, lines: above }: CsvHeader): ToJob =>
    (options) => {
      const skip = options.numbered ? 0 : above;
      return jobOf(delimitedReading({ ...options, names, delimiter, quoted: true, skip }), carrier, texts, format);
    };
  const isHeader = (cells: readonly string[]): boolean => repeats(header, cells, carrier);
  return { format: `${name} csv`, shape: { kind: 'csv', header, job: jobUnder(header), jobUnder, isHeader } };
}

/** Whether cells are a header once more, of the columns that `header` names in some order: a cell of a record may hold the
 *  word that names the column of texts. */
export function repeats({ names }: CsvHeader, cells: readonly string[], carrier: string): boolean {
  return cells.includes(carrier) && csvNames(cells).every((name) => names.includes(name));
}
