/** Chance from a seed: the same seed draws the same. */
export class Draws {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2_654_435_769 + 0x9e37) >>> 0;
    for (let round = 0; round < 4; round++) this.next();
  }

  /** In [0, 1), by mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(likely: number): boolean {
    return this.next() < likely;
  }

  /** From 0 up to, and without, `end`. */
  whole(end: number): number {
    return Math.floor(this.next() * end);
  }

  one<Each>(of: readonly Each[]): Each {
    return of[this.whole(of.length)] as Each;
  }

  shuffled<Each>(of: readonly Each[]): Each[] {
    const left = [...of];
    return of.map(() => left.splice(this.whole(left.length), 1)[0] as Each);
  }
}
