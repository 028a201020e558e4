import type { Clock } from '../../../packages/weir/src/model/clock.ts';

/** What waits to go on: a step on the disk or towards somebody else, or what sleeps. */
export interface Waiting {
  readonly name: string;
  /** Ticks: not before. */
  readonly at: bigint;
  readonly isStep: boolean;
  readonly go: () => void;
}

/** The clock and the steps of one life of the service: nothing of it goes on but by a turn that it is given. Once it is dead
 *  nothing ever does. */
export class Turns implements Clock {
  #now: bigint;
  #waiting: Waiting[] = [];
  #dead = false;

  constructor(now: bigint) {
    this.#now = now;
  }

  now(): bigint {
    return this.#now;
  }

  sleep(ticks: bigint, signal?: AbortSignal): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#dead) return;
      if (signal?.aborted) return failed(signal.reason);
      const sleeper = { name: `sleep ${ticks}`, at: this.#now + ticks, isStep: false, go: () => done() };
      this.#waiting.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((each) => each !== sleeper);
        if (!this.#dead) failed(signal.reason);
      });
    });
  }

  /** Ends when its turn has come; never, where the service dies before. `after`: ticks that it takes at the least. */
  step(name: string, after = 0n): Promise<void> {
    return new Promise((done) => {
      if (!this.#dead) this.#waiting.push({ name, at: this.#now + after, isStep: true, go: done });
    });
  }

  /** What may go on now, in the order in which it began to wait. */
  get ready(): readonly Waiting[] {
    return this.#waiting.filter(({ at }) => at <= this.#now);
  }

  /** When the next one may; undefined where nothing waits. */
  get next(): bigint | undefined {
    return this.#waiting.reduce<bigint | undefined>(
      (first, { at }) => (first !== undefined && first < at ? first : at),
      undefined,
    );
  }

  give(turn: Waiting): void {
    this.#waiting = this.#waiting.filter((each) => each !== turn);
    turn.go();
  }

  pass(ticks: bigint): void {
    this.#now += ticks;
  }

  end(): void {
    this.#dead = true;
    this.#waiting = [];
  }

  get isDead(): boolean {
    return this.#dead;
  }
}
