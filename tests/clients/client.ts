import type { Doors } from './doors.ts';

/** A real client that sends to the doors. */
export interface Client {
  readonly name: string;
  /** Whether it hears when something was taken: without that, what was on its way when the service was killed is lost. */
  readonly isAcknowledged: boolean;
  start(doors: Doors): Promise<void>;
  /** Hands records over, JSON texts. Ends when the client has them, sent or not. */
  send(records: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export const token = 'weir-clients';
