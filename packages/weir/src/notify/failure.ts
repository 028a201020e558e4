/** A message was not delivered. */
export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure';
  /** Whether the same message may be taken later. */
  readonly again: boolean;
  /** The destination asks to be left alone for so long (ticks). */
  readonly after: bigint;

  constructor(message: string, { again, after = 0n }: { readonly again: boolean; readonly after?: bigint }) {
    super(message);
    this.again = again;
    this.after = after;
  }
}
