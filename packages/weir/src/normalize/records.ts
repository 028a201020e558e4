import { isUtf8 } from 'node:buffer';
import { type CsvRecord, readCsv } from '../source/csvRecords.ts';
import { type Element, readElements } from '../source/jsonElements.ts';
import { repeatedKey } from '../source/jsonKeys.ts';
import { type Line, readLines } from '../source/lines.ts';
import { numberColumn } from './reading.ts';
import type { Shape, ToJob, ZeekHeader } from './recognised.ts';
import { csvNames, namedCells } from './sample.ts';
import { parseZeekHeader } from './zeek/header.ts';

/** One record of a file that is read with care, record by record. */
export type CarefulRecord =
  /** `spooled` is what the engine is to read: the record with its number in front, which no other record has. */
  | {
      readonly kind: 'sound';
      readonly number: number;
      readonly line: number;
      readonly text: string;
      readonly spooled: string;
    }
  | { readonly kind: 'broken'; readonly line: number; readonly text: string; readonly reason: string }
  | { readonly kind: 'ignored'; readonly reason: string }
  /** From here on the columns are these. */
  | { readonly kind: 'header'; readonly job: ToJob }
  /** The file ended inside an array or envelope. */
  | { readonly kind: 'unfinished' };

export interface Care {
  readonly onBytes?: (bytes: number) => void;
  /** Keys that no JSON record may have twice: the engine refuses the whole file then. */
  readonly once?: { readonly keys: ReadonlySet<string>; readonly inside?: string };
}

/** Reads a file record by record in JavaScript: slower than the engine, but every broken record is found, kept with its
 *  line, and costs no other. */
export function readCarefully(path: string, shape: Shape, care: Care = {}): AsyncGenerator<CarefulRecord[]> {
  switch (shape.kind) {
    case 'json-lines':
      return jsonLines(path, care);
    case 'json-elements':
      return jsonElements(path, care);
    case 'zeek-tsv':
      return zeekLines(path, shape, care);
    case 'csv':
      return csvRecords(path, shape, care);
    case 'parquet':
      throw new Error('Parquet has no lines to read with care.');
  }
}

type ZeekShape = Extract<Shape, { kind: 'zeek-tsv' }>;
type CsvShape = Extract<Shape, { kind: 'csv' }>;

async function* jsonLines(path: string, care: Care): AsyncGenerator<CarefulRecord[]> {
  for await (const lines of readLines(path, care.onBytes)) yield lines.flatMap((line) => jsonLine(line, care));
}

function jsonLine(line: Line, care: Care): CarefulRecord[] {
  const bytes = withoutMark(line);
  const { number } = line;
  const broken = brokenBytes(bytes, line.tooLong);
  if (broken) return [{ kind: 'broken', line: number, text: bytes.toString('utf8'), reason: broken }];
  const text = bytes.toString('utf8').trim();
  if (text === '') return [];
  if (text.startsWith('#')) return [{ kind: 'ignored', reason: commentLines }];
  return [objectRecord(number, number, text, care)];
}

export const commentLines = 'header and comment lines';

async function* jsonElements(path: string, care: Care): AsyncGenerator<CarefulRecord[]> {
  const elements = readElements(path, care.onBytes);
  let number = 0;
  for (;;) {
    const step = await elements.next();
    if (step.done) {
      if (step.value) yield [{ kind: 'unfinished' }];
      return;
    }
    yield step.value.map((element) => {
      number += 1;
      return elementRecord(number, element, care);
    });
  }
}

function elementRecord(number: number, element: Element, care: Care): CarefulRecord {
  const { line, text: bytes, tooLong, envelope, cut } = element;
  const broken = brokenBytes(bytes, tooLong) ?? (cut ? 'the file ends inside the record' : undefined);
  const text = bytes.toString('utf8');
  if (broken) return { kind: 'broken', line, text, reason: broken };
  const object = envelope && text.startsWith('[') ? (namedCells(text, envelope) ?? text) : text;
  return objectRecord(number, line, object, care);
}

function objectRecord(number: number, line: number, text: string, { once }: Care): CarefulRecord {
  const rest = text.slice(1).trimStart();
  const comma = rest === '}' ? '' : ',';
  const spooled = `{"${numberColumn}":${number}${comma}${wellFormed(rest)}`;
  const repeated = (): string | undefined => {
    const key = once && repeatedKey(spooled, once.keys, once.inside);
    return key === undefined ? undefined : `the key ${JSON.stringify(key)} stands in it twice`;
  };
  const reason = whyNoObject(text, once?.inside) ?? repeated();
  return reason ? { kind: 'broken', line, text, reason } : { kind: 'sound', number, line, text, spooled };
}

function whyNoObject(text: string, inside: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return 'not a JSON object';
    const member = inside === undefined ? undefined : value[inside];
    return isObject(member ?? {}) ? undefined : `its member ${JSON.stringify(inside)} is not an object`;
  } catch {
    return /:X{10}\.X{6}/.test(text) ? 'not JSON: the times are masked with X' : 'not valid JSON';
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Escapes of half a surrogate pair, which JSON's grammar allows and no text can hold, as U+FFFD. */
function wellFormed(text: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text;
  const escapes = /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\./g;
  return text.replace(escapes, (found) => (found.length === 6 ? '\\ufffd' : found));
}

async function* zeekLines(path: string, { jobUnder }: ZeekShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  let header: ZeekHeader | undefined;
  let directives: string[] = [];
  const recordOf = (line: Line): CarefulRecord[] => {
    const bytes = withoutMark(line);
    if (bytes[0] === 0x23) {
      directives.push(bytes.toString('utf8'));
      return [{ kind: 'ignored', reason: commentLines }];
    }
    const broken =
      brokenBytes(bytes, line.tooLong) ?? (bytes.includes(13) ? 'a carriage return inside the line' : undefined);
    const text = bytes.toString('utf8');
    if (broken) return [{ kind: 'broken', line: line.number, text, reason: broken }];
    if (text.trim() === '') return [];
    const changed = parseZeekHeader(directives, header);
    const isNew = directives.some((directive) => directive.startsWith('#fields'));
    directives = [];
    if (!header || isNew) header = changed;
    const { separator, fields } = header;
    const record = delimitedRecord(line.number, text, text.split(separator).length, fields.length, separator);
    return isNew ? [{ kind: 'header', job: jobUnder(header) }, record] : [record];
  };
  for await (const lines of readLines(path, care.onBytes)) yield lines.flatMap(recordOf);
}

function delimitedRecord(line: number, text: string, cells: number, names: number, separator: string): CarefulRecord {
  if (cells === names) return { kind: 'sound', number: line, line, text, spooled: `${line}${separator}${text}` };
  return { kind: 'broken', line, text, reason: `the line has ${cells} columns where the header names ${names}` };
}

async function* csvRecords(path: string, shape: CsvShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  const { header, jobUnder, isHeader } = shape;
  const { delimiter } = header;
  let names: readonly string[] = [];
  const recordOf = ({ line, text, cells, reason }: CsvRecord): CarefulRecord[] => {
    if (!cells) return [{ kind: 'broken', line, text, reason: reason ?? '' }];
    if (names.length === 0 || isHeader(cells)) {
      names = csvNames(cells);
      const job = jobUnder({ ...header, names });
      return [
        { kind: 'header', job },
        { kind: 'ignored', reason: commentLines },
      ];
    }
    if (cells.length !== names.length) {
      const wrong = `the record has ${cells.length} cells where the header names ${names.length}`;
      return [{ kind: 'broken', line, text, reason: wrong }];
    }
    const spooled = [String(line), ...cells].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter);
    return [{ kind: 'sound', number: line, line, text, spooled }];
  };
  for await (const records of readCsv(path, delimiter, care.onBytes)) yield records.flatMap(recordOf);
}

function brokenBytes(bytes: Buffer, tooLong: boolean): string | undefined {
  if (tooLong) return 'the record is too long (over 16 MB)';
  if (!isUtf8(bytes)) return 'not valid UTF-8';
  return bytes.includes(0) ? 'a zero byte in the text' : undefined;
}

function withoutMark({ number, bytes }: Line): Buffer {
  const marked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}
