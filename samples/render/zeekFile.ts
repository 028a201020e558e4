import { join } from 'node:path';
import {
  type ZeekLogName,
  type ZeekRow,
  zeekHead,
  zeekJson,
  zeekTabbed,
  zeekTail,
} from '../../packages/weir/src/simulate/render/zeek.ts';
import { type Micros, day as wholeDay } from '../../packages/weir/src/simulate/time.ts';
import { dateOf } from '../calendar.ts';
import { type Frame, OrderedFile, type Shelf } from './orderedFile.ts';

/** One of Zeek's logs, rotated by day: tab-separated on most days, JSON on the second of three, with the large
 *  ones compressed. */
export class ZeekFile {
  readonly #name: ZeekLogName;
  readonly #shelf: Shelf;
  readonly file: OrderedFile;

  constructor(name: ZeekLogName, shelf: Shelf) {
    this.#name = name;
    this.#shelf = shelf;
    this.file = new OrderedFile((day) => this.#frame(day), shelf);
  }

  /** Adds a row that the sensor writes at a moment; its day decides the file and so the form. */
  add(written: Micros, row: ZeekRow): void {
    const render = this.#isJson(this.file.dayOf(written)) ? zeekJson : zeekTabbed;
    this.file.add(written, render(this.#name, row));
  }

  #isJson(day: number): boolean {
    return day % 3 === 1;
  }

  #frame(day: number): Frame {
    const { folder, firstDay, packed } = this.#shelf;
    const start = firstDay + day * wholeDay;
    const gzip = packed && ((day % 3 === 1 && this.#name === 'dns') || (day % 3 !== 0 && this.#name === 'conn'));
    const path = join(folder, dateOf(start), `${this.#name}.log${gzip ? '.gz' : ''}`);
    if (this.#isJson(day)) return { path, gzip, head: '', tail: '' };
    return { path, gzip, head: zeekHead(this.#name, start), tail: zeekTail(start + wholeDay) };
  }
}
