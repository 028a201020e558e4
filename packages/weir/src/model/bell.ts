import type { Clock } from './clock.ts';

/** Rings when there is something to do, so that who waits for it need not look again and again. */
export class Bell {
  readonly #listeners = new Set<Listener>();

  ring(): void {
    for (const listener of this.#listeners) listener.hear();
  }

  /** For one that waits, and works in between. */
  listen(): Listener {
    const listener = new Listener();
    this.#listeners.add(listener);
    return listener;
  }
}

/** Hears a bell, also while it is not waiting. */
class Listener {
  #heard = false;
  #wake: (() => void) | undefined;

  hear(): void {
    this.#heard = true;
    this.#wake?.();
  }

  /** Ends when the bell rings, or has rung since this last ended; after so many ticks at the latest.
   *  @throws the signal's reason */
  async wait(clock: Clock, ticks: bigint, signal: AbortSignal): Promise<void> {
    if (!this.#heard) {
      const rung = new AbortController();
      this.#wake = () => rung.abort();
      await clock.sleep(ticks, AbortSignal.any([signal, rung.signal])).catch(() => undefined);
      this.#wake = undefined;
    }
    signal.throwIfAborted();
    this.#heard = false;
  }
}

export type { Listener };
