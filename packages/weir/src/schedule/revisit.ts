const hour = 36_000_000_000n;
const longest = 24n * hour;

/** When a rule looks again at the time that it left behind: an hour after it did or the service began, and where something is
 *  left after that, after ever longer pauses, of a day at most. What made its runs fail may be over, as a disk that was busy. */
export class Revisit {
  #since: bigint;
  #pause = hour;
  /** Whether there is such time; undefined: nobody has asked. */
  #isLeft: boolean | undefined;

  /** `now` in ticks, as all times. */
  constructor(now: bigint) {
    this.#since = now;
  }

  /** The rule leaves time behind. */
  begin(now: bigint): void {
    if (this.#isLeft !== true) [this.#since, this.#pause] = [now, hour];
    this.#isLeft = true;
  }

  /** `isLeft` is asked when it is time. A clock that was put back makes nobody wait. */
  isDue(now: bigint, isLeft: () => boolean): boolean {
    if (this.#isLeft === false || (now >= this.#since && now - this.#since < this.#pause)) return false;
    this.#isLeft = isLeft();
    return this.#isLeft;
  }

  /** How long it may take to look again: a sixtieth of the time since the last look, so that what has to wait meanwhile waits for
   *  no larger part of the time. */
  get limit(): bigint {
    return this.#pause / 60n;
  }

  /** It was looked at again, in vain or not; `isLeft`: whether there still is such time. */
  looked(now: bigint, isLeft: boolean): void {
    this.#isLeft = isLeft;
    this.#since = now;
    this.#pause = this.#pause * 2n < longest ? this.#pause * 2n : longest;
  }
}
