import { open } from 'node:fs/promises';
import { longestRecord } from './lines.ts';

/** A part of an XML text: an event with all that is in it, or what stands where only events should. */
export interface XmlPart {
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** The first bytes only where it is too long. */
  readonly text: Buffer;
  /** An event from its first tag to its last; a text outside of events; an event that another one or the file's end cuts
   *  short. */
  readonly kind: 'event' | 'outside' | 'unclosed';
  readonly tooLong: boolean;
}

/** Splits XML into its `<Event>` elements, whatever is around them: one a line, pretty-printed, with declarations and
 *  numbers between, in an `<Events>` document or after one another. Text in XML cannot hold `<`, so that tags are found by
 *  their bytes. Memory is bounded by the longest record. */
export async function* readXmlEvents(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<XmlPart[]> {
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
      yield splitter.push(buffer.subarray(marked ? 3 : 0, bytesRead), false);
    }
    yield splitter.push(Buffer.alloc(0), true);
  } finally {
    await file.close();
  }
}

const opening = '<Event';
const closing = '</Event>';
const keptOfTooLong = 8 * 1024;

class Splitter {
  #pending = Buffer.alloc(0);
  #line = 1;
  /** The event that the pending bytes belong to is too long, and its first bytes are given out already. */
  #passing = false;
  #out: XmlPart[] = [];

  push(chunk: Buffer, last: boolean): XmlPart[] {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#step(last));
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Takes the next part off the pending bytes; false where more have to come. */
  #step(last: boolean): boolean {
    const bytes = this.#pending;
    const begin = this.#passing ? 0 : nextOpening(bytes, 0);
    if (begin !== 0) return this.#outside(begin, last);
    const close = bytes.indexOf(closing);
    const next = nextOpening(bytes, this.#passing ? 0 : opening.length);
    if (close >= 0 && (next < 0 || close < next)) this.#take(close + closing.length, 'event');
    else if (next >= 0) this.#take(next, 'unclosed');
    else if (last && bytes.length > 0) this.#take(bytes.length, 'unclosed');
    else return this.#shorten();
    this.#passing = false;
    return true;
  }

  #outside(begin: number, last: boolean): boolean {
    const bytes = this.#pending;
    // A tag may be cut at the end of what has come.
    const end = begin >= 0 ? begin : last ? bytes.length : bytes.lastIndexOf(10) + 1;
    if (end > 0) this.#takeLines(end);
    else if (bytes.length > longestRecord) this.#takeLines(bytes.length);
    return begin >= 0;
  }

  /** Gives out lines outside of events, but for what such files have there. */
  #takeLines(length: number): void {
    const lines = this.#pending.toString('utf8', 0, length).split('\n');
    for (const [index, line] of lines.entries()) {
      const text = line.trim();
      if (text === '' || /^(<\?xml[^>]*\?>|<\/?Events[^>]*>|<!--.*-->|Record [0-9]+)+$/.test(text)) continue;
      const bytes = Buffer.from(text.slice(0, keptOfTooLong));
      this.#out.push({ line: this.#line + index, text: bytes, kind: 'outside', tooLong: false });
    }
    this.#drop(length);
  }

  #take(length: number, kind: XmlPart['kind']): void {
    const tooLong = length > longestRecord;
    const text = Buffer.from(this.#pending.subarray(0, tooLong ? keptOfTooLong : length));
    if (!this.#passing) this.#out.push({ line: this.#line, text, kind, tooLong });
    this.#drop(length);
  }

  /** Keeps only the end of an event that is longer than any that is read. */
  #shorten(): false {
    if (this.#pending.length > longestRecord) {
      if (!this.#passing) {
        const text = Buffer.from(this.#pending.subarray(0, keptOfTooLong));
        this.#out.push({ line: this.#line, text, kind: 'event', tooLong: true });
      }
      this.#passing = true;
      this.#drop(this.#pending.length - closing.length);
    }
    return false;
  }

  #drop(length: number): void {
    for (let at = this.#pending.indexOf(10); at >= 0 && at < length; at = this.#pending.indexOf(10, at + 1))
      this.#line += 1;
    this.#pending = this.#pending.subarray(length);
  }
}

/** Where the next `<Event>` begins, and not `<Events>`, `<EventID>` or `<EventData>`; -1 where none does. */
function nextOpening(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(opening, from); at >= 0; at = bytes.indexOf(opening, at + 1)) {
    const after = bytes[at + opening.length];
    if (after === undefined) return -1;
    if (after === 0x3e || after === 0x20 || after === 0x09 || after === 0x0a || after === 0x0d) return at;
  }
  return -1;
}
