import type { Clock } from '../model/clock.ts';
import { DeliveryFailure } from './failure.ts';

/** Runs `work` for at most so long (ticks): then its signal aborts, and this rejects whether or not the work heeds it.
 *  @throws DeliveryFailure when the time is over; the signal's reason where `signal` aborts first */
export async function cutOff<Result>(
  clock: Clock,
  ticks: bigint,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const done = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const timeIsUp = clock.sleep(ticks, AbortSignal.any([signal, done.signal])).then(() => {
    const failure = new DeliveryFailure('it did not take the message in time', { again: true });
    over.abort(failure);
    throw failure;
  });
  try {
    return await Promise.race([work(both), timeIsUp]);
  } finally {
    done.abort();
  }
}
