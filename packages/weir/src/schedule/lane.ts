import type { Engine } from '../engine/engine.ts';
import type { Clock } from '../model/clock.ts';

/** A run that took longer than it may. */
export class TimeLimit extends Error {
  override readonly name = 'TimeLimit';
  /** Ends when the engine has let go of it; settled where it did at once. */
  readonly over: Promise<void>;
  /** Its engine has not let go of it when it was asked to, and may never. */
  readonly isStuck: boolean;

  constructor(seconds: number, over: Promise<void>, isStuck: boolean) {
    super(`it ran for more than ${seconds} s${isStuck ? ', and does not stop' : ''}`);
    this.over = over;
    this.isStuck = isStuck;
  }
}

const second = 10_000_000n;

/** An engine in which one thing runs at a time, and none for ever. What is over its time is asked to stop; where it does not
 *  (a function call over a long text can take half a minute), its engine is left to it, and the next run gets a new one. So
 *  it does after anything that failed. */
export class Lane {
  readonly #open: () => Promise<Engine>;
  readonly #clock: Clock;
  readonly #grace: bigint;
  #engine: Engine | undefined;

  /** `grace`: how long what was asked to stop is waited for; ticks. */
  constructor(open: () => Promise<Engine>, clock: Clock, grace = 5n * second) {
    this.#open = open;
    this.#clock = clock;
    this.#grace = grace;
  }

  /** Runs `work` for at most `limit` ticks.
   *  @throws TimeLimit, what `work` throws, or the signal's reason, at which it is stopped too */
  async run<Result>(work: (engine: Engine) => Promise<Result>, limit: bigint, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    this.#engine ??= await this.#open();
    const engine = this.#engine;
    const running = work(engine);
    const outcome = await this.#within(running, limit, signal);
    if (outcome === 'over') {
      engine.stop();
      const over = running.then(
        () => undefined,
        () => undefined,
      );
      const stopped = await this.#within(over, this.#grace, new AbortController().signal);
      this.#engine = undefined;
      const closed = over.then(() => engine.close());
      if (stopped !== 'over') await closed;
      signal.throwIfAborted();
      throw new TimeLimit(Number(limit / second), closed, stopped === 'over');
    }
    try {
      return await running;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.#engine?.close();
    this.#engine = undefined;
  }

  async #within(work: Promise<unknown>, limit: bigint, signal: AbortSignal): Promise<'done' | 'over'> {
    const timer = new AbortController();
    const over = this.#clock
      .sleep(limit, AbortSignal.any([timer.signal, signal]))
      .catch(() => undefined)
      .then(() => 'over' as const);
    const done = work.then(
      () => 'done' as const,
      () => 'done' as const,
    );
    const first = await Promise.race([done, over]);
    timer.abort();
    return first;
  }
}
