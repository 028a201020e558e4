import type { Bell } from '../model/bell.ts';
import type { Clock } from '../model/clock.ts';

export interface LoopOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told how each round ended; `error` is absent after one that went well. */
  readonly onRound: (error?: unknown) => void;
  /** Rings when there is something to do: a round then begins as soon as the pause is over that is counted from the beginning
   *  of the last one. */
  readonly bell?: Bell;
}

/** Runs `round` again and again with a pause in between (ticks, from one's end to the next one's beginning) until the signal:
 *  then it ends with the round under way. A round that fails is told and does not end it; after it the pause doubles, up to
 *  `longest`. A round that gives true had more to do than it did: the next one follows at once. */
export async function loop(
  round: () => Promise<boolean>,
  pause: bigint,
  { clock, signal, onRound, bell }: LoopOptions,
  longest = pause * 30n,
): Promise<void> {
  const called = bell?.listen();
  let wait = pause;
  while (!signal.aborted) {
    const begun = clock.now();
    let more = false;
    try {
      more = await round();
      wait = pause;
      onRound();
    } catch (error) {
      wait = wait * 2n < longest ? wait * 2n : longest;
      onRound(error);
    }
    const next = async () => {
      if (called === undefined || wait > pause) return clock.sleep(wait, signal);
      const rest = begun + pause - clock.now();
      // A clock that was put back meanwhile makes no pause longer.
      if (rest > 0n) await clock.sleep(rest < pause ? rest : pause, signal);
      await called.wait(clock, pause, signal);
    };
    // Its pause is cut short by the signal.
    if (!more) await next().catch(() => undefined);
  }
}
