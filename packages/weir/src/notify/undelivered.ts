import type { Act } from '../model/alert.ts';
import { UserError } from '../model/userError.ts';
import type { Store } from '../store/store.ts';
import { auditInto } from '../store/trail.ts';
import type { Summary } from './message.ts';

/** A message that was given up. Times are ticks. */
export interface DeadLetter {
  readonly id: number;
  readonly destination: string;
  readonly made: bigint;
  readonly ended: bigint;
  readonly attempts: number;
  readonly error: string;
  readonly summary: Summary;
}

/** Messages that were given up, for who wants to send them after all. */
export class Undelivered {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The latest first. */
  list(limit: number): DeadLetter[] {
    return this.#store
      .statement("SELECT * FROM message WHERE state = 'dead' ORDER BY ended DESC, id DESC LIMIT ?")
      .all(limit)
      .map(asLetter);
  }

  /** Puts a message back into the outbox, with its key, and tells it to the trail; where `to` is named, into that destination's.
   *  @throws UserError `MESSAGE_UNKNOWN` where none of this number was given up, `MESSAGE_STRANDED` where the destination is not
   *  in the config */
  again(id: number, { actor, at }: Act, to?: string): DeadLetter {
    return this.#store.transaction(() => {
      const letter = this.#given(id);
      const destination = to ?? letter.destination;
      if (this.#store.statement('SELECT 1 FROM destination WHERE name = ?').get(destination) === undefined)
        throw new UserError(
          'MESSAGE_STRANDED',
          `message ${id}`,
          `the destination ${destination} is not in the config`,
          'Say ?to= with one that is, or put it into weir.yaml under this name and start the service anew.',
        );
      this.#store
        .statement("UPDATE message SET state = 'waiting', ended = NULL, made = ?, destination = ? WHERE id = ?")
        .run(at, destination, id);
      auditInto(this.#store)({
        at,
        actor,
        action: 'message.again',
        subject: `message:${id}`,
        details: { destination, ...(destination !== letter.destination && { before: letter.destination }) },
      });
      return { ...letter, destination };
    });
  }

  /** Has a person accept that a message is not delivered: it is forgotten, and the trail keeps whose it was and why.
   *  @throws UserError `MESSAGE_UNKNOWN` where none of this number was given up */
  accept(id: number, reason: string, { actor, at }: Act): DeadLetter {
    return this.#store.transaction(() => {
      const letter = this.#given(id);
      const { destination, summary } = letter;
      this.#store.statement('DELETE FROM message WHERE id = ?').run(id);
      auditInto(this.#store)({
        at,
        actor,
        action: 'message.accepted',
        subject: `message:${id}`,
        details: { destination, reason, notices: summary.notices },
      });
      return letter;
    });
  }

  #given(id: number): DeadLetter {
    const row = this.#store.statement("SELECT * FROM message WHERE id = ? AND state = 'dead'").get(id);
    if (row !== undefined) return asLetter(row);
    throw new UserError(
      'MESSAGE_UNKNOWN',
      `message ${id}`,
      'no message of this number was given up',
      'Look at the list: it may have been sent again, or be forgotten by now.',
    );
  }
}

function asLetter(row: Record<string, unknown>): DeadLetter {
  return {
    ...{ id: Number(row.id), destination: String(row.destination), attempts: Number(row.attempts) },
    ...{ made: row.made as bigint, ended: row.ended as bigint, error: String(row.error) },
    summary: JSON.parse(String(row.summary_json)),
  };
}
