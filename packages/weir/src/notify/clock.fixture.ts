import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../model/clock.ts';

const stepsMost = 5_000;

/** Time that passes as a test lets it. */
export class FakeClock implements Clock {
  #now: bigint;
  #sleepers: { readonly until: bigint; readonly wake: () => void }[] = [];

  constructor(now: bigint) {
    this.#now = now;
  }

  now(): bigint {
    return this.#now;
  }

  sleep(ticks: bigint, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted === true) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    this.#sleepers.push({ until: this.#now + ticks, wake: resolve });
    return promise;
  }

  /** Lets so much time pass, and what it wakes get on with it. */
  async pass(ticks: bigint): Promise<void> {
    this.#now += ticks;
    const woken = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of woken) wake();
    await setTimeout(2);
  }

  /** Puts the clock back; whoever sleeps does so as long as they meant to. */
  putBack(ticks: bigint): void {
    this.#now -= ticks;
    this.#sleepers = this.#sleepers.map(({ until, wake }) => ({ until: until - ticks, wake }));
  }

  /** Lets time pass, a step after the other, until something is so. */
  async until(so: () => boolean, step = 10_000_000n): Promise<void> {
    for (let steps = 0; !so(); steps++) {
      if (steps >= stepsMost) throw new Error(`it is not so after ${steps} steps of time`);
      await this.pass(step);
    }
  }
}
