import type { Bell } from '../model/bell.ts';
import type { Clock } from '../model/clock.ts';
import type { Randomness } from '../model/randomness.ts';
import { visible } from '../report/harmless.ts';
import { maskSecrets } from '../report/mask.ts';
import { ageTime } from '../store/ageTime.ts';
import type { Store } from '../store/store.ts';
import { cutOff } from './cutOff.ts';
import type { Destination } from './destination.ts';
import { DeliveryFailure } from './failure.ts';
import { type DestinationHealth, destinationHealth, type Stranded, strandedMessages } from './health.ts';
import { Outbox } from './outbox.ts';
import { longestAsked } from './post.ts';
import { closeOthers, tidy } from './tidy.ts';

export interface NotifierOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly destinations: readonly Destination[];
  /** Rings when the outbox may hold more. */
  readonly written: Bell;
  /** Told how long a notice waited until a destination had taken it; ticks. */
  readonly onTold?: (ticks: bigint) => void;
  /** What went wrong in the notifier itself (the store could not be written), with the destination that was served or
   *  nothing: it goes on, and is told here. */
  readonly onError: (destination: string, error: unknown) => void;
}

const second = 10_000_000n;
/** A destination that takes longer over one message is cut off. */
const longestDelivery = 30n * second;
/** How often the outbox is looked into where nothing rings: a message may be due again, or put back by a person. */
const pause = second;
const tidyEvery = 60n * second;
const firstWait = 5n * second;
const longestWait = 600n * second;

/** Delivers what the outbox holds: each destination in a loop of its own, one message at a time and in order, so that one
 *  that hangs or fails stops no other, and while it does, what comes is put together. A message is delivered at least once:
 *  it is in the store with its key before it is sent, and sent again where it is not known to have arrived. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #began: bigint;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#began = options.clock.now();
    const { store, destinations, clock } = options;
    closeOthers(store, destinations, { now: clock.now(), key: () => this.#key() });
    for (const destination of destinations) new Outbox(store, destination).open();
  }

  /** Runs until the signal aborts; then what is on its way is cut off and stays in the outbox. */
  async run(signal: AbortSignal): Promise<void> {
    const loops = this.#options.destinations.map((destination) => this.#loop(destination, signal));
    await Promise.all([...loops, this.#tidyUp(signal)]);
  }

  health(): DestinationHealth[] {
    const { store, destinations, clock } = this.#options;
    return destinationHealth(store, destinations, clock.now());
  }

  /** What was given up of destinations that are not named any more. */
  stranded(): Stranded[] {
    const { store, destinations } = this.#options;
    return strandedMessages(store, destinations);
  }

  #key(): string {
    return Buffer.from(this.#options.random(16)).toString('hex');
  }

  async #loop(destination: Destination, signal: AbortSignal): Promise<void> {
    const { clock, onError, store, written } = this.#options;
    const more = written.listen();
    const outbox = new Outbox(store, destination);
    while (!signal.aborted) {
      try {
        if (!(await this.#deliverNext(destination, outbox, signal))) await more.wait(clock, pause, signal);
      } catch (error) {
        if (signal.aborted) return;
        onError(destination.name, error);
        await clock.sleep(firstWait, signal).catch(() => undefined);
      }
    }
  }

  async #tidyUp(signal: AbortSignal): Promise<void> {
    const { clock, onError, store } = this.#options;
    while (!signal.aborted) {
      try {
        tidy(store, ageTime(store, clock.now()));
      } catch (error) {
        onError('', error);
      }
      await clock.sleep(tidyEvery, signal).catch(() => undefined);
    }
  }

  /** Says whether there may be more to do at once. */
  async #deliverNext(destination: Destination, outbox: Outbox, signal: AbortSignal): Promise<boolean> {
    const { clock, random, onTold } = this.#options;
    outbox.catchUp();
    const { nextTry, failures } = outbox.standing();
    const rest = nextTry === null ? 0n : nextTry - clock.now();
    // Nobody is left alone for longer: then the clock was put back since.
    if (rest > 0n && rest <= longestAsked) return false;
    const message = outbox.next(clock.now(), () => this.#key());
    if (message === undefined) return false;
    try {
      await cutOff(clock, longestDelivery, signal, (cut) =>
        destination.send(message, { now: clock.now(), signal: cut }),
      );
    } catch (error) {
      if (signal.aborted) return false;
      const now = clock.now();
      const failure = error instanceof DeliveryFailure ? error : undefined;
      const wait = backOff(failures, random);
      const asked = failure?.after ?? 0n;
      const refused = failure?.again === false;
      // While the service was down nobody tried.
      const tried = now - (message.made > this.#began ? message.made : this.#began);
      const dead = refused || tried >= destination.giveUp;
      // A message that is refused says nothing of the next one.
      outbox.failed(message, now, told(error), { nextTry: refused ? now : now + (asked > wait ? asked : wait), dead });
      return dead;
    }
    for (const { at } of message.notices) onTold?.(clock.now() - at);
    outbox.sent(message, clock.now());
    return true;
  }
}

/** Twice as long after each failure, and up to half of it left out at random, so that many senders do not come at once. */
function backOff(failures: number, random: Randomness): bigint {
  const whole = firstWait * 2n ** BigInt(Math.min(failures, 20));
  const most = whole > longestWait ? longestWait : whole;
  const [byte = 0] = random(1);
  return most - (most * BigInt(byte)) / 512n;
}

/** What is kept of an error: a line without secrets. */
function told(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return visible(maskSecrets(message)).slice(0, 500);
}
