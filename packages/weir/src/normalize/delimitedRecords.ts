import { type CsvRecord, readCsv } from '../source/csvRecords.ts';
import { type Line, readLines } from '../source/lines.ts';
import { brokenBytes, type Care, type CarefulRecord, commentLines, withoutMark } from './carefulRecord.ts';
import { carriedRecord } from './jsonRecords.ts';
import type { Shape, ZeekHeader } from './recognised.ts';
import { csvNames, delimiterNamed } from './sample.ts';
import { isDirective, parseZeekHeader, plainHeader } from './zeek/header.ts';

type ZeekShape = Extract<Shape, { kind: 'zeek-tsv' }>;
type CsvShape = Extract<Shape, { kind: 'csv' }>;

/** Lines of Zeek's text format under the header that was last above them. */
export async function* zeekLines(path: string, shape: ZeekShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  const { jobUnder } = shape;
  let header: ZeekHeader | undefined = shape.header.isPlain && shape.header;
  let directives: string[] = [];
  const recordOf = (line: Line): CarefulRecord[] => {
    const bytes = withoutMark(line);
    const plain = shape.header.isPlain && plainHeader(bytes.toString('utf8'));
    if (plain) {
      header = plain;
      return [
        { kind: 'header', job: jobUnder(plain) },
        { kind: 'ignored', reason: commentLines },
      ];
    }
    if (bytes[0] === 0x23) {
      if (isDirective(bytes)) directives.push(bytes.toString('utf8'));
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

/** Records of CSV under the header that was last above them. */
export async function* csvRecords(path: string, shape: CsvShape, care: Care): AsyncGenerator<CarefulRecord[]> {
  const { header, jobUnder, isHeader, aside, carried } = shape;
  const { delimiter, least } = header;
  let names: readonly string[] = least === undefined ? [] : header.names;
  const recordOf = ({ line, text, cells: own, reason }: CsvRecord): CarefulRecord[] => {
    const cells = own && least !== undefined && own.length >= least ? fitted(own, names.length) : own;
    if (!cells) return [{ kind: 'broken', line, text, reason: reason ?? '' }];
    if (names.length === 0 && delimiterNamed(text) !== undefined) return [{ kind: 'ignored', reason: commentLines }];
    if (names.length === 0 || isHeader(cells)) {
      names = csvNames(cells);
      const job = jobUnder({ ...header, names });
      return [
        { kind: 'header', job },
        { kind: 'ignored', reason: commentLines },
      ];
    }
    if (cells.length !== names.length) {
      const ignored = aside?.(cells);
      if (ignored !== undefined) return [{ kind: 'ignored', reason: ignored }];
      const wrong = `the record has ${cells.length} cells where the header names ${names.length}`;
      return [{ kind: 'broken', line, text, reason: wrong }];
    }
    if (carried !== undefined)
      return [carriedRecord({ number: line, line, text }, cells[names.indexOf(carried)] ?? '', care)];
    const spooled = [String(line), ...cells].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter);
    return [{ kind: 'sound', number: line, line, text, spooled }];
  };
  for await (const records of readCsv(path, delimiter, care.onBytes)) yield records.flatMap(recordOf);
}

/** As many cells as there are names: those of a shorter version's record are empty behind its last. */
function fitted(cells: readonly string[], length: number): string[] {
  return Array.from({ length }, (_, at) => (at === 0 ? cells[at]?.replace(/^\ufeff/, '') : cells[at]) ?? '');
}
