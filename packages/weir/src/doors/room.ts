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
  share(): { grow(bytes: number): void; end(): void } {
    let held = 0;
    return {
      grow: (bytes) => {
        held += bytes;
        this.#used += bytes;
      },
      end: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}
