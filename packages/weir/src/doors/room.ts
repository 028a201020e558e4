/** Bytes that may be in memory at once. Who comes when they are used up waits. */
export class Room {
  readonly #bytes: number;
  #used = 0;
  /** Shares whose body is unpacked, or being so. */
  #unpacked = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get isFull(): boolean {
    return this.#used >= this.#bytes;
  }

  /** A share that grows with what is received; what one body needs beyond the room is given to it, for its own limit holds. */
  share(): Share {
    let held = 0;
    let unpacked = 0;
    const hold = (bytes: number): void => {
      this.#used += bytes - held;
      held = bytes;
    };
    return {
      hold,
      grow: (bytes) => hold(held + bytes),
      unpack: (bytes) => {
        if (this.#unpacked > 0 && this.#used + bytes > this.#bytes) return false;
        unpacked = 1;
        this.#unpacked += 1;
        hold(held + bytes);
        return true;
      },
      end: () => {
        hold(0);
        this.#unpacked -= unpacked;
        unpacked = 0;
      },
    };
  }
}

/** What one sender has of the room. Bytes. */
export interface Share {
  /** It has this much now. */
  hold(bytes: number): void;
  grow(bytes: number): void;
  /** Grows by what a body may be when it is unpacked, where there is room for it, or where no other is unpacked: however many
   *  wait with a packed body in their hands, one goes on. Gives whether it did; once. */
  unpack(bytes: number): boolean;
  end(): void;
}
