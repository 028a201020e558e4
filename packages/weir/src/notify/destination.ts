import type { Message } from './message.ts';

/** Where messages go. */
export interface Destination {
  readonly name: string;
  /** Place in `severities`: less is not told here. */
  readonly floor: number;
  /** People get few messages, in which what belongs together is told together; machines every notice. */
  readonly readers: 'people' | 'machines';
  /** Messages a minute, for people. */
  readonly perMinute: number;
  /** How long a message is tried, ticks. */
  readonly giveUp: bigint;
  /** Delivers one message. Once it ends the message is delivered; where it throws it may have been, and is sent again with
   *  the same key.
   *  @throws DeliveryFailure, or whatever the network does */
  send(message: Message, delivery: Delivery): Promise<void>;
}

export interface Delivery {
  /** The present, ticks. */
  readonly now: bigint;
  readonly signal: AbortSignal;
}
