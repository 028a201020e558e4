/** What the doors take, and how long they hold a client off. Bytes; times in ticks. */
export interface DoorLimits {
  /** A request's body as it is sent. */
  readonly sentBytes: number;
  /** The same, unpacked. */
  readonly bodyBytes: number;
  /** All bodies that are being received or unpacked or wait for the journal; more clients than that wait. */
  readonly openBytes: number;
  /** So long a client waits for room before it is sent away: below the ten seconds after which syslog-ng sends again. */
  readonly hold: bigint;
}

const second = 10_000_000n;
const megabyte = 1024 * 1024;

export const doorLimits: DoorLimits = {
  sentBytes: 64 * megabyte,
  bodyBytes: 128 * megabyte,
  openBytes: 256 * megabyte,
  hold: 5n * second,
};
