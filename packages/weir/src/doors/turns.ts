import { setImmediate } from 'node:timers/promises';

const most = 1024 * 1024;

/** Work over a large body, in turns with what else there is to do. */
export class Turns {
  #bytes = 0;

  /** So many bytes were worked through. Whether others have waited long enough: then `pass`. */
  isOver(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes >= most;
  }

  async pass(): Promise<void> {
    this.#bytes = 0;
    await setImmediate();
  }
}
