import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Micros, day as wholeDay } from '../../packages/weir/src/simulate/time.ts';

/** Where a sensor's files go, and of which days they are. */
export interface Shelf {
  readonly folder: string;
  /** Midnight of the first day. */
  readonly firstDay: Micros;
  readonly days: number;
  /** Large files are compressed, as rotated ones are. */
  readonly packed: boolean;
}

/** The lines around the rows of a file. */
export interface Frame {
  readonly path: string;
  readonly gzip: boolean;
  readonly head: string;
  readonly tail: string;
}

interface Row {
  readonly at: Micros;
  readonly text: string;
}

/** Rows given in any order, written in the order of their moments, to one file a day. Holds only what is not yet due. */
export class OrderedFile {
  readonly #frameOf: (date: number) => Frame;
  readonly #firstDay: Micros;
  readonly #lastDay: number;
  #rows: Row[] = [];
  #open: { day: number; write: (text: string) => Promise<void>; close: () => Promise<void> } | undefined;

  constructor(frameOf: (day: number) => Frame, { firstDay, days }: Shelf) {
    this.#frameOf = frameOf;
    this.#firstDay = firstDay;
    this.#lastDay = days - 1;
  }

  /** The day, from 0, whose file a row of that moment goes to: what comes before the first or after the last is in theirs. */
  dayOf(at: Micros): number {
    return Math.max(0, Math.min(this.#lastDay, Math.floor((at - this.#firstDay) / wholeDay)));
  }

  add(at: Micros, text: string): void {
    this.#rows.push({ at, text });
  }

  /** Writes every row before a moment; nothing earlier may be added afterwards. */
  async flush(before: Micros): Promise<void> {
    const due = this.#rows.filter((row) => row.at < before).sort((a, b) => a.at - b.at);
    this.#rows = this.#rows.filter((row) => row.at >= before);
    let text = '';
    for (const row of due) {
      const day = this.dayOf(row.at);
      if (this.#open?.day !== day) {
        await this.#open?.write(text);
        text = '';
        await this.#turnTo(day);
      }
      text += row.text;
    }
    if (text !== '') await this.#open?.write(text);
  }

  async close(): Promise<void> {
    await this.flush(Number.POSITIVE_INFINITY);
    await this.#open?.close();
    this.#open = undefined;
  }

  async #turnTo(day: number): Promise<void> {
    await this.#open?.close();
    const frame = this.#frameOf(day);
    mkdirSync(dirname(frame.path), { recursive: true });
    const file = createWriteStream(frame.path);
    const sink = frame.gzip ? createGzip({ level: 9 }) : file;
    if (sink !== file) sink.pipe(file);
    const write = (text: string) =>
      new Promise<void>((done, fail) => sink.write(text, (error) => (error ? fail(error) : done())));
    await write(frame.head);
    this.#open = {
      day,
      write,
      close: async () => {
        await write(frame.tail);
        sink.end();
        await finished(file);
      },
    };
  }
}
