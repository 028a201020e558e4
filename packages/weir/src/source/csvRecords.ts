import { isUtf8 } from 'node:buffer';
import { type Line, readLines } from './lines.ts';

/** One record of a CSV file, which may run over several lines. */
export interface CsvRecord {
  /** The line that it begins in, from 1. */
  readonly line: number;
  readonly text: string;
  /** Undefined where its form is broken; `reason` then says how. */
  readonly cells: readonly string[] | undefined;
  readonly reason?: string;
}

/** Lines that one quoted cell may run over before its quote counts as never closed. */
const longestCell = 500;

/** Reads CSV as RFC 4180 has it, and says of each record that is not so what is wrong with it. After a quote that is
 *  never closed, reading goes on at the next line, so that one slip costs one record. Blank lines are no records. */
export async function* readCsv(
  path: string,
  delimiter: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<CsvRecord[]> {
  const parser = new RecordParser(delimiter);
  for await (const lines of readLines(path, onBytes)) yield parser.take(lines);
  yield parser.end();
}

/** The cells of one line; undefined where a quote is still open at its end. */
export function csvCells(line: string, delimiter: string): readonly string[] | undefined {
  const reader = new CellReader(delimiter);
  return reader.feed(line) ? reader.cells : undefined;
}

/** The cells of each record that some lines hold, as far as they are complete. */
export function csvRows(lines: readonly string[], delimiter: string): (readonly string[])[] {
  const rows: (readonly string[])[] = [];
  let reader = new CellReader(delimiter);
  for (const line of lines) {
    if (!reader.feed(line)) continue;
    rows.push(reader.cells);
    reader = new CellReader(delimiter);
  }
  return rows;
}

class RecordParser {
  readonly #delimiter: string;
  /** The lines of a record whose quoted cell is still open. */
  #open: Line[] = [];
  #reader: CellReader;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#reader = new CellReader(delimiter);
  }

  take(lines: readonly Line[]): CsvRecord[] {
    const records: CsvRecord[] = [];
    const queue = [...lines].reverse();
    for (let line = queue.pop(); line; line = queue.pop()) {
      const wrong = whatIsWrong(line);
      if (wrong === 'blank' && this.#open.length === 0) continue;
      if (wrong && wrong !== 'blank') {
        queue.push(line);
        if (this.#open.length > 0) queue.push(...this.#giveUp(records));
        else records.push(brokenRecord(queue.pop() ?? line, wrong));
        continue;
      }
      this.#open.push(line);
      const done = this.#reader.feed(textOf(line));
      if (done) records.push(this.#close());
      else if (this.#open.length > longestCell) queue.push(...this.#giveUp(records));
    }
    return records;
  }

  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    while (this.#open.length > 0) {
      const rest = this.#giveUp(records).reverse();
      records.push(...this.take(rest));
    }
    return records;
  }

  #close(): CsvRecord {
    const [first] = this.#open;
    const record = { line: first?.number ?? 0, text: this.#open.map(textOf).join('\n'), cells: this.#reader.cells };
    this.#reset();
    return record;
  }

  /** The first open line is broken; the others, last first, are to be read again. */
  #giveUp(records: CsvRecord[]): Line[] {
    const [first, ...rest] = this.#open;
    if (first) records.push(brokenRecord(first, 'a quote is never closed'));
    this.#reset();
    return rest.reverse();
  }

  #reset(): void {
    this.#open = [];
    this.#reader = new CellReader(this.#delimiter);
  }
}

function whatIsWrong(line: Line): string | undefined {
  if (line.tooLong) return 'the line is too long (over 16 MB)';
  if (!isUtf8(line.bytes)) return 'not valid UTF-8';
  if (line.bytes.includes(0)) return 'a zero byte in the text';
  return line.bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d) ? 'blank' : undefined;
}

function brokenRecord(line: Line, reason: string): CsvRecord {
  return { line: line.number, text: line.bytes.toString('utf8'), cells: undefined, reason };
}

function textOf(line: Line): string {
  return line.bytes.toString('utf8');
}

/** The cells of one record, fed line by line while a quoted cell is open. A quote opens a cell only at its start, or
 *  behind blanks there; elsewhere it stands for itself. Blanks around quotes are no part of the cell. */
class CellReader {
  readonly cells: string[] = [];
  readonly #delimiter: string;
  #open: string | undefined;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Whether the record is complete with this line. */
  feed(text: string): boolean {
    let at = 0;
    let quoted = this.#open !== undefined;
    let cell = quoted ? `${this.#open}\n` : '';
    this.#open = undefined;
    for (;;) {
      if (!quoted) {
        const begin = pastBlanks(text, at);
        quoted = text[begin] === '"';
        if (quoted) at = begin + 1;
      }
      const wasQuoted = quoted;
      while (quoted) {
        const end = text.indexOf('"', at);
        if (end < 0) {
          this.#open = cell + text.slice(at);
          return false;
        }
        cell += text.slice(at, end);
        at = end + 1;
        quoted = text[at] === '"';
        if (quoted) {
          cell += '"';
          at += 1;
        }
      }
      const next = text.indexOf(this.#delimiter, at);
      const end = next < 0 ? text.length : next;
      this.cells.push(wasQuoted && pastBlanks(text, at) >= end ? cell : cell + text.slice(at, end));
      if (next < 0) return true;
      at = next + this.#delimiter.length;
      cell = '';
    }
  }
}

function pastBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
}
