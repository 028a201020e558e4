/** Bytes that may be in memory at once. Who comes when they are used up waits. */
export class Room {
  readonly #bytes: number;
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get isFull(): boolean {
    return this.#used >= this.#bytes;
  }

  /** A share that grows with what is received; what one body needs beyond the room is given to it, for its own limit holds. */
  share(): Share {
    let held = 0;
    const hold = (bytes: number): void => {
      this.#used += bytes - held;
      held = bytes;
    };
    return { hold, grow: (bytes) => hold(held + bytes), end: () => hold(0) };
  }
}

/** What one sender has of the room. Bytes. */
export interface Share {
  /** It has this much now. */
  hold(bytes: number): void;
  grow(bytes: number): void;
  end(): void;
}
