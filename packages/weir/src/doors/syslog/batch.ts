import { Busy, type Parcel, type Reception } from '../reception.ts';
import { Sorter } from '../sorter.ts';
import { recordOf } from './message.ts';

export interface BatchOptions {
  readonly reception: Reception;
  /** Whose messages they are. */
  readonly peer: string;
  /** Ends waiting. */
  readonly stop: AbortSignal;
  /** Told in words: messages that could not be kept at the end. */
  readonly onNotice: (notice: string) => void;
  /** Told when `bytes` has become another. */
  readonly onChange: () => void;
  /** What is no want of room: what was to be written is lost, and nothing more can come. */
  readonly onBug: (error: unknown) => void;
}

const flushBytes = 256 * 1024;
const flushAfter = 2_000_000n;

/** What one sender sent and is not on disk yet. */
export class Batch {
  readonly #options: BatchOptions;
  #sorter = new Sorter();
  #bytes = 0;
  #written = 0;
  #messages = 0;
  #writing: Promise<void> = Promise.resolve();
  #timed = false;

  constructor(options: BatchOptions) {
    this.#options = options;
  }

  /** Of messages that are not on disk yet: that wait to be written, or are being written. */
  get bytes(): number {
    return this.#bytes + this.#written;
  }

  /** Ends when there may be more. */
  async add(messages: readonly Buffer[]): Promise<void> {
    for (const message of messages) {
      this.#sorter.add(this.#options.peer, recordOf(message));
      this.#bytes += message.length;
      this.#messages += 1;
    }
    if (this.#bytes >= flushBytes) await this.flush();
    else if (this.#bytes > 0 && !this.#timed) void this.#later();
  }

  /** Ends when all of it is on disk, or told as lost. Never throws. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write()).catch((error) => this.#options.onBug(error));
    return this.#writing;
  }

  async #later(): Promise<void> {
    const { reception, stop } = this.#options;
    this.#timed = true;
    await reception.clock.sleep(flushAfter, stop).catch(() => undefined);
    this.#timed = false;
    await this.flush();
  }

  async #write(): Promise<void> {
    if (this.#messages === 0) return;
    const [bodies, messages] = [this.#sorter.bodies(), this.#messages];
    this.#sorter = new Sorter();
    [this.#written, this.#bytes, this.#messages] = [this.#bytes, 0, 0];
    try {
      for (const parcel of bodies) await this.#keep({ ...parcel, door: 'syslog' }, messages);
    } finally {
      this.#written = 0;
      this.#options.onChange();
    }
  }

  async #keep(parcel: Parcel, messages: number): Promise<void> {
    const { reception, peer, stop, onNotice } = this.#options;
    for (;;) {
      try {
        await reception.take(parcel);
        return;
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
        if (!stop.aborted) {
          // Once the service ends it is refused at once, again and again until this door is closed too.
          await reception.clock.sleep(flushAfter, stop).catch(() => undefined);
          continue;
        }
        onNotice(`syslog ${peer}: stopped while there was no room: some of the last ${messages} messages are lost`);
        return;
      }
    }
  }
}
