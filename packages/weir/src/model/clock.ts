/** The present and waiting, handed down so that a test can be the one who lets time pass. Times are ticks. */
export interface Clock {
  now(): bigint;
  /** Resolves after so many ticks; rejects with the signal's reason where it is aborted first. */
  sleep(ticks: bigint, signal?: AbortSignal): Promise<void>;
}
