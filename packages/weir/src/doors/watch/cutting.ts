import { basename } from 'node:path';
import { recognise } from '../../normalize/recognise.ts';
import { sampleText } from '../../normalize/sample.ts';
import { headLength, judgeHead } from '../../source/head.ts';

const newline = 10;
const quote = 34;
const hash = 35;

/** How a file's content may be cut into bodies that each read as a file of its format. */
export interface Cutting {
  /** The end of the last whole record in a piece; 0 where none ends in it. */
  readonly end: (piece: Buffer) => number;
  /** What has to stand in front of a piece that does not begin the file, given all that stands before it piece by piece. */
  readonly header: Header;
}

/** Learns from what a file holds which lines have to stand above what follows. */
export interface Header {
  /** Whether nothing further can change it. */
  readonly isComplete: boolean;
  learn(piece: Buffer): void;
  above(piece: Buffer): Buffer;
}

/** What is to be done with a file, by its beginning. */
export type Plan =
  | { readonly kind: 'cut'; readonly cutting: Cutting }
  /** One document: it is read when it is complete. */
  | { readonly kind: 'whole' }
  /** More has to come before it can be said. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Judges a file by its first bytes, at most `headLength`; `isAll` says that they are all of it and no more is expected soon. */
export function planFor(path: string, head: Buffer, isAll: boolean): Plan {
  if (head.length === 0) return { kind: 'wait' };
  const isEnough = isAll || head.length === headLength;
  const judged = judgeHead(head, isAll);
  switch (judged.kind) {
    case 'refused':
      return isEnough ? judged : { kind: 'wait' };
    case 'utf-16':
      return {
        kind: 'refused',
        reason:
          'text in UTF-16, which is watched in UTF-8 alone; write it so: on Windows | Out-File -Encoding utf8, or ' +
          'Get-Content x | Set-Content -Encoding utf8 y; elsewhere iconv -f utf-16 -t utf-8',
      };
    case 'text':
      return planForText(path, judged.text, isEnough, isAll);
    default:
      return { kind: 'whole' };
  }
}

function planForText(path: string, text: string, isEnough: boolean, isAll: boolean): Plan {
  if (!isEnough && !text.includes('\n')) return { kind: 'wait' };
  const recognised = recognise(sampleText(text, basename(path), isAll));
  if ('reason' in recognised) return isEnough ? { kind: 'refused', reason: recognised.reason } : { kind: 'wait' };
  const { shape } = recognised;
  switch (shape.kind) {
    case 'json-lines':
    case 'text-lines':
      return { kind: 'cut', cutting: { end: lineEnd, header: noHeader } };
    case 'csv':
      return { kind: 'cut', cutting: { end: recordEnd, header: new FirstLines(shape.header.lines) } };
    case 'zeek-tsv':
      return {
        kind: 'cut',
        cutting: { end: lineEnd, header: shape.header.isPlain ? new FirstLines(shape.header.lines) : new Directives() },
      };
    case 'w3c':
      return { kind: 'cut', cutting: { end: lineEnd, header: new Directives() } };
    case 'xml-events':
      return { kind: 'cut', cutting: { end: eventsEnd, header: noHeader } };
    default:
      return { kind: 'whole' };
  }
}

function lineEnd(piece: Buffer): number {
  return piece.lastIndexOf(newline) + 1;
}

/** The last line end outside of quotes. */
function recordEnd(piece: Buffer): number {
  let [end, quotes, counted] = [0, 0, 0];
  for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1)) {
    for (let next = piece.indexOf(quote, counted); next >= 0 && next < at; next = piece.indexOf(quote, next + 1))
      quotes += 1;
    counted = at;
    if (quotes % 2 === 0) end = at + 1;
  }
  return end;
}

/** Behind the last event, and behind the end of the document that they stand in. */
function eventsEnd(piece: Buffer): number {
  const at = piece.lastIndexOf('</Event>');
  if (at < 0) return 0;
  const end = at + '</Event>'.length;
  const closing = /^\s*(?:<\/Events>\s*)?/.exec(piece.toString('latin1', end, end + 64))?.[0] ?? '';
  return end + closing.length;
}

const noHeader: Header = { isComplete: true, learn: () => undefined, above: () => Buffer.alloc(0) };

/** A header of so many lines at the beginning of the file, as CSV has. */
class FirstLines implements Header {
  #left: number;
  #lines = Buffer.alloc(0);

  constructor(lines: number) {
    this.#left = lines;
  }

  get isComplete(): boolean {
    return this.#left === 0;
  }

  learn(piece: Buffer): void {
    let at = 0;
    for (; this.#left > 0 && at < piece.length; this.#left -= 1) {
      const end = piece.indexOf(newline, at);
      at = end < 0 ? piece.length : end + 1;
    }
    if (at > 0) this.#lines = Buffer.concat([this.#lines, piece.subarray(0, at)]);
  }

  above(): Buffer {
    return this.#lines;
  }
}

/** Lines that begin with `#` and say how the lines below them are to be read: a later one of a name takes the place of an
 *  earlier one. */
class Directives implements Header {
  readonly isComplete = false;
  readonly #lines = new Map<string, Buffer>();

  learn(piece: Buffer): void {
    for (let at = 0; at < piece.length; ) {
      const found = piece.indexOf(newline, at);
      const end = found < 0 ? piece.length : found + 1;
      if (piece[at] === hash) {
        const line = Buffer.from(piece.subarray(at, end));
        const name = /^#[^\s:]*/.exec(line.toString('latin1', 0, 64))?.[0] ?? '';
        if (name !== '#close' && name !== '#') this.#lines.set(name, line);
      }
      // Lines that are none are passed over at once.
      const next = piece.indexOf('\n#', end - 1);
      at = next < 0 ? piece.length : next + 1;
    }
  }

  above(piece: Buffer): Buffer {
    return piece.toString('latin1', 0, 10) === '#separator'
      ? Buffer.alloc(0)
      : Buffer.concat([...this.#lines.values()]);
  }
}
