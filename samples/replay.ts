import { setTimeout } from 'node:timers/promises';
import { hour, type Micros, minute, second } from '../packages/weir/src/simulate/time.ts';
import { midnight } from './calendar.ts';
import { writeCompany } from './company.ts';

/** A replay begins here in the story: half a minute into the last of the planted ones, which goes on for fifty. */
const begin = midnight('2026-03-12') + 14 * hour + 34 * minute;

/** How often the sensors write. */
const rhythm = 2 * second;

export interface Replay {
  /** Where the logs go. */
  readonly out: string;
  /** The present, as microseconds since 1970. */
  readonly now: () => Micros;
  readonly signal: AbortSignal;
}

/** Writes the sample company's logs as if its third afternoon were the present. What is past is on disk when this is
 *  done; the promise that it gives then ends with the day, or with the signal. */
export async function replayCompany({ out, now, signal }: Replay): Promise<{ readonly rest: Promise<void> }> {
  const shift = now() - begin;
  let tellPast = () => {};
  const past = new Promise<void>((resolve) => {
    tellPast = resolve;
  });
  async function* pace(until: Micros): AsyncGenerator<Micros> {
    for (let moment = Math.min(now(), until); ; moment = Math.min(now(), until)) {
      yield moment;
      if (moment === until) return;
      tellPast();
      await setTimeout(rhythm / 1000, undefined, { signal });
    }
  }
  const sample = { seed: 'larkfield', start: '2026-03-10', days: 3, devices: 27 };
  const rest = writeCompany({ ...sample, out, shift, plain: true, pace }).then(
    () => undefined,
    (error: unknown) => {
      if (!signal.aborted) throw error;
    },
  );
  await Promise.race([past, rest]);
  return { rest };
}
