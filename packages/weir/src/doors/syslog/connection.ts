import type { Socket } from 'node:net';
import type { Reception } from '../reception.ts';
import { Batch } from './batch.ts';
import { FrameRefused, Framing } from './framing.ts';

export interface ConnectionOptions {
  readonly reception: Reception;
  readonly stop: AbortSignal;
  readonly onNotice: (notice: string) => void;
  readonly onBug: (error: unknown) => void;
}

/** So much a sender may have in memory without room for it: a message that has begun can be ended. All senders together
 *  stay below what a few large bodies take. Bytes. */
const ownBytes = 64 * 1024;
/** So long after its last byte a message that has begun is taken as it is, and its sender cut off. Ticks. */
const patience = 600_000_000n;
const pause = 1_000_000n;

/** One sender's connection: its messages out of its bytes, and into the journal. */
export class Connection {
  readonly peer: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #framing = new Framing();
  /** When something last came. */
  #heardAt: bigint;
  /** Whether its next bytes are awaited: while they are not, silence is ours. */
  #isReading = true;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.peer = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
    this.#heardAt = options.reception.clock.now();
    // One whose machine is gone is noticed by the system.
    socket.setKeepAlive(true, 60_000);
    socket.on('error', () => undefined);
  }

  /** Ticks for which nothing has come, though it was awaited. */
  idleFor(now: bigint): bigint {
    return this.#isReading ? now - this.#heardAt : 0n;
  }

  cut(reason: string): void {
    this.#options.onNotice(`syslog ${this.peer}: cut off: ${reason}`);
    this.#socket.destroy();
  }

  /** Cuts it off where a message has begun and does not end. */
  look(now: bigint): void {
    if (this.#framing.pending > 0 && this.idleFor(now) >= patience)
      this.cut('a message has begun and nothing more came for a minute');
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Takes what comes until the sender ends, is cut off or closed; then what is whole is on disk, or told as lost. */
  async serve(): Promise<void> {
    const { reception, stop, onNotice, onBug } = this.#options;
    const broken = (error: unknown): void => {
      onBug(error);
      this.#socket.destroy();
    };
    const share = reception.room.share();
    // An idle sender has no more of the room than what is in memory of it.
    const count = (): void => share.hold(this.#framing.pending + batch.bytes);
    const batch: Batch = new Batch({ reception, peer: this.peer, stop, onNotice, onChange: count, onBug: broken });
    try {
      for await (const chunk of this.#socket) {
        this.#isReading = false;
        await batch.add(this.#framing.push(chunk));
        count();
        if (reception.room.isFull && this.#framing.pending + batch.bytes > ownBytes) {
          await batch.flush();
          count();
          await this.#roomForRest();
        }
        this.#heardAt = reception.clock.now();
        this.#isReading = true;
      }
    } catch (error) {
      if (error instanceof FrameRefused) this.cut(error.message);
      else if (!(error instanceof Error && 'code' in error)) broken(error);
    } finally {
      this.#isReading = false;
      this.#socket.destroy();
      try {
        await batch.add(this.#framing.rest());
        await batch.flush();
      } finally {
        share.end();
      }
    }
  }

  /** Waits until there is room for the rest of a long message. Those that hold one cannot all wait for each other. */
  async #roomForRest(): Promise<void> {
    const { reception, stop } = this.#options;
    const until = reception.clock.now() + reception.limits.hold;
    while (reception.room.isFull && this.#framing.pending > ownBytes && !stop.aborted) {
      if (reception.clock.now() >= until) throw new FrameRefused('there is no room for the rest of a long message');
      await reception.clock.sleep(pause, stop).catch(() => undefined);
    }
  }
}
