import { open } from 'node:fs/promises';
import { longestRecord } from './lines.ts';

/** One JSON value that stands for a record, wherever in the file's arrays and envelopes it was. */
export interface Element {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** On one line; the first bytes only where it is too long. */
  readonly text: Buffer;
  readonly tooLong: boolean;
  /** The keys of its envelope that stand before the records, as JSON: Log Analytics names its columns there. */
  readonly envelope: string | undefined;
  /** The file ended inside it. */
  readonly cut: boolean;
}

/** Keys whose array holds the records of an envelope. */
const recordKeys = new Set(['records', 'results', 'Results', 'value', 'tables', 'rows', 'logEvents', 'hits']);
/** The key of such an array that only counts as the first of its object, for records have members of that name too. */
const firstKey = 'events';
/** The key of a search answer's object around its array of the same name, and what may stand before it. */
const answerKey = 'hits';
const answerHead = /^\{\s*(?:$|"(?:took|_scroll_id|pit_id|timed_out|_shards|_clusters|num_reduce_phases)")/;
const longestKey = 9;
const keptOfTooLong = 8 * 1024;

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;

/** An array of records, or an envelope (with its earlier keys) around one. */
type Level = { readonly kind: 'array' } | { readonly kind: 'envelope'; readonly head: string };

/** Splits JSON of any size into its records: top-level values, elements of top-level arrays, and elements of an
 *  envelope's record array (`records`, `results`, `value`, `tables` and their `rows`, `logEvents` and `events` of CloudWatch,
 *  a search answer's `hits`). One pass; memory is bounded by the
 *  longest record. What is no JSON comes out as a record too and is found out when it is parsed. Returns whether the
 *  file ended inside an array or envelope. */
export async function* readElements(
  path: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Element[], boolean> {
  const splitter = new Splitter();
  let read = 0;
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (let first = true; ; first = false) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      read += bytesRead;
      onBytes?.(read);
      const marked = first && buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
      yield splitter.push(buffer.subarray(marked ? 3 : 0, bytesRead));
    }
    yield splitter.end();
    return splitter.unfinished;
  } finally {
    await file.close();
  }
}

/** The first records of a text, as far as they are complete; for recognition. */
export function headElements(text: string): Element[] {
  return new Splitter().push(Buffer.from(text));
}

class Splitter {
  unfinished = false;
  readonly #levels: Level[] = [];
  #out: Element[] = [];
  #line = 1;
  /** Between records, inside a bare value, or inside an object or array. */
  #mode: 'between' | 'bare' | 'value' = 'between';
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** The last text at depth 1, cut; after its colon it is the key of what comes. */
  #key = '';
  #afterColon = false;
  /** Whether the value is a record; else it is the rest of an envelope, which is passed over. */
  #collecting = false;
  #parts: Buffer[] = [];
  #length = 0;
  #recordLine = 1;

  push(chunk: Buffer): Element[] {
    let start = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index] ?? 0;
      if (this.#mode === 'between') {
        start = index;
        this.#between(byte);
      } else if (this.#mode === 'bare') {
        if (byte === comma || byte === newline || (byte === closeBracket && this.#levels.length > 0)) {
          this.#keep(chunk.subarray(start, index));
          this.#emit(false);
          this.#between(byte);
        }
      } else if (this.#inText && !this.#escaped && !this.#collectsKey) {
        // Most bytes are of texts that nobody here looks at.
        index = endOfPlainText(chunk, index);
        if (index < chunk.length) this.#inside(chunk[index] ?? 0, chunk, start, index);
        if (chunk[index] === newline) this.#line += 1;
        continue;
      } else {
        this.#inside(byte, chunk, start, index);
      }
      if (byte === newline) this.#line += 1;
    }
    if (this.#collecting) this.#keep(Buffer.from(chunk.subarray(start)));
    return this.#taken();
  }

  end(): Element[] {
    this.unfinished = this.#levels.length > 0;
    if (this.#collecting) this.#emit(this.#mode === 'value');
    return this.#taken();
  }

  get #collectsKey(): boolean {
    return this.#depth === 1 && !this.#afterColon && this.#key.length < longestKey;
  }

  #taken(): Element[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #between(byte: number): void {
    switch (byte) {
      case space:
      case tab:
      case newline:
      case carriageReturn:
      case comma:
        return;
      case closeBracket:
        if (this.#levels.at(-1)?.kind === 'array') {
          this.#levels.pop();
          if (this.#levels.at(-1)?.kind === 'envelope') this.#enter(false);
          return;
        }
        break;
      case openBracket:
        if (this.#levels.length === 0) {
          this.#levels.push({ kind: 'array' });
          return;
        }
    }
    this.#recordLine = this.#line;
    if (byte === openBrace || byte === openBracket || byte === quote) {
      this.#enter(true);
      if (byte === quote) [this.#depth, this.#inText] = [0, true];
    } else {
      this.#mode = 'bare';
      this.#collecting = true;
    }
  }

  #enter(collecting: boolean): void {
    this.#mode = 'value';
    this.#collecting = collecting;
    this.#depth = 1;
    this.#inText = false;
    this.#escaped = false;
    this.#afterColon = false;
    this.#key = '';
  }

  #inside(byte: number, chunk: Buffer, start: number, index: number): void {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) {
        this.#inText = false;
        if (this.#depth > 0) return;
        this.#keep(chunk.subarray(start, index + 1));
        this.#emit(false);
      } else if (byte === newline && this.#collecting) {
        // No text of JSON holds a bare line end: the record is broken, and the next line may begin another.
        this.#keep(chunk.subarray(start, index));
        this.#emit(false);
        return;
      } else if (this.#collectsKey) {
        this.#key += String.fromCharCode(byte);
      }
      return;
    }
    switch (byte) {
      case quote:
        this.#inText = true;
        if (this.#depth === 1 && !this.#afterColon) this.#key = '';
        return;
      case colon:
        if (this.#depth === 1) this.#afterColon = true;
        return;
      case comma:
        if (this.#depth === 1) this.#afterColon = false;
        return;
      case openBracket:
        if (this.#depth === 1 && this.#afterColon && this.#opensRecords(chunk.subarray(start, index))) {
          this.#openEnvelope(chunk.subarray(start, index));
          return;
        }
        this.#depth += 1;
        return;
      case openBrace:
        if (
          this.#depth === 1 &&
          this.#afterColon &&
          this.#key === answerKey &&
          this.#opensAnswer(chunk.subarray(start, index))
        )
          return;
        this.#depth += 1;
        return;
      case closeBrace:
      case closeBracket:
        this.#depth -= 1;
        if (this.#depth > 0) return;
        if (this.#collecting) {
          this.#keep(chunk.subarray(start, index + 1));
          this.#emit(false);
        } else {
          this.#levels.pop();
          if (this.#levels.at(-1)?.kind === 'envelope') this.#enter(false);
          else this.#mode = 'between';
        }
    }
  }

  #opensRecords(collected: Buffer): boolean {
    if (this.#key !== firstKey) return recordKeys.has(this.#key);
    return this.#collecting && /^\{\s*"events"\s*:\s*$/.test(this.#text(collected));
  }

  #text(collected: Buffer): string {
    return Buffer.concat([...this.#parts, collected]).toString('utf8');
  }

  /** Goes into a search answer's inner object, whose own `hits` are the records. */
  #opensAnswer(collected: Buffer): boolean {
    const head = this.#collecting ? this.#text(collected) : '';
    if (!answerHead.test(head.replace(/"hits"\s*:\s*$/, ''))) return false;
    this.#forget();
    this.#levels.push({ kind: 'envelope', head: '{}' }, { kind: 'envelope', head: '{}' });
    this.#enter(false);
    return true;
  }

  #openEnvelope(collected: Buffer): void {
    if (this.#collecting) {
      this.#keep(collected);
      const head = this.#length > longestRecord ? '{' : Buffer.concat(this.#parts).toString('utf8');
      this.#forget();
      this.#levels.push({ kind: 'envelope', head: `${head.replace(/,?\s*"[^"]*"\s*:\s*$/, '')}}` });
    }
    this.#levels.push({ kind: 'array' });
    this.#mode = 'between';
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length <= longestRecord) this.#parts.push(bytes);
    else if (this.#parts.length > 0) this.#parts = [Buffer.concat(this.#parts).subarray(0, keptOfTooLong)];
  }

  #emit(cut: boolean): void {
    const text = oneLine(Buffer.concat(this.#parts));
    const tooLong = this.#length > longestRecord;
    const envelope = this.#levels.findLast((level) => level.kind === 'envelope')?.head;
    this.#out.push({ line: this.#recordLine, text, tooLong, envelope, cut });
    this.#forget();
    this.#mode = 'between';
  }

  #forget(): void {
    this.#parts = [];
    this.#length = 0;
    this.#collecting = false;
  }
}

/** Where the next byte is that means something inside a text. */
function endOfPlainText(chunk: Buffer, from: number): number {
  let at = from;
  while (at < chunk.length && chunk[at] !== quote && chunk[at] !== backslash && chunk[at] !== newline) at += 1;
  return at;
}

/** Line ends between JSON's tokens as blanks; the bytes are copied, for the buffer that they came in is used again. */
function oneLine(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at)) bytes[at] = space;
  for (let at = bytes.indexOf(carriageReturn); at >= 0; at = bytes.indexOf(carriageReturn, at)) bytes[at] = space;
  return bytes;
}
