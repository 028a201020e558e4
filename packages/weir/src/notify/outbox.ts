import { readNotices } from '../alert/notices.ts';
import type { Notice, NoticeCause } from '../model/notice.ts';
import type { Store } from '../store/store.ts';
import type { Destination } from './destination.ts';
import type { Message, Summary } from './message.ts';
import { type Planned, planForMachines, planForPeople, type Waiting } from './plan.ts';

/** How a destination fares. Times are ticks. */
export interface Standing {
  readonly cursor: number;
  readonly failures: number;
  readonly failingSince: bigint | null;
  readonly nextTry: bigint | null;
  readonly error: string | null;
}

export interface QueuedMessage extends Message {
  readonly id: number;
  readonly attempts: number;
}

const minute = 600_000_000n;
/** Notices that one look takes up; what is left is taken up by the next. */
const lookMost = 20_000;

/** What says how a destination's messages are put together. */
export type Reader = Pick<Destination, 'name' | 'floor' | 'readers'>;

/** The outbox of one destination. Every method is one short transaction. */
export class Outbox {
  readonly #store: Store;
  readonly #destination: Destination;
  /** What became of a message, as long as the store could not be written. */
  #unwritten: (() => void) | undefined;

  constructor(store: Store, destination: Destination) {
    this.#store = store;
    this.#destination = destination;
  }

  /** A destination that was not there before is told what comes, not what was. */
  open(): void {
    const { name, floor, readers } = this.#destination;
    this.#store
      .statement(`INSERT INTO destination (name, cursor, failures, floor, readers)
        SELECT ?, coalesce(max(id), 0), 0, ?, ? FROM notice
        WHERE true ON CONFLICT DO UPDATE SET floor = excluded.floor, readers = excluded.readers`)
      .run(name, floor, readers);
  }

  /** Writes down what could not be when it happened: until then nothing is to be sent, for it would be sent again and again.
   *  @throws what the store throws */
  catchUp(): void {
    if (this.#unwritten) this.#write(this.#unwritten);
  }

  standing(): Standing {
    const row = this.#store.statement('SELECT * FROM destination WHERE name = ?').get(this.#destination.name);
    if (row === undefined) throw new Error(`destination ${this.#destination.name} is not open`);
    return {
      cursor: Number(row.cursor),
      failures: Number(row.failures),
      failingSince: row.failing_since as bigint | null,
      nextTry: row.next_try as bigint | null,
      error: row.error as string | null,
    };
  }

  /** The message that is to be delivered next: the oldest that waits; where none does, those are made that what waits in the
   *  outbox comes to. */
  next(now: bigint, key: () => string): QueuedMessage | undefined {
    return this.#store.transaction(() => this.#oldest() ?? (this.#make(now, key) ? this.#oldest() : undefined));
  }

  #oldest(): QueuedMessage | undefined {
    const row = this.#store
      .statement("SELECT * FROM message WHERE destination = ? AND state = 'waiting' ORDER BY id LIMIT 1")
      .get(this.#destination.name);
    if (row === undefined) return undefined;
    const items: Planned['items'] = JSON.parse(String(row.notices_json));
    const causes = new Map<number, NoticeCause>(items.map(({ notice, cause }) => [notice, cause]));
    const notices = new Map(readNotices(this.#store, [...causes.keys()]).map((notice) => [notice.id, notice] as const));
    const inOrder = items.flatMap(({ notice, cause }): Notice[] => {
      const told = notices.get(notice);
      return told === undefined ? [] : [{ ...told, cause }];
    });
    return {
      id: Number(row.id),
      key: String(row.key),
      made: row.made as bigint,
      attempts: Number(row.attempts),
      summary: JSON.parse(String(row.summary_json)) as Summary,
      notices: inOrder,
    };
  }

  /** Says whether a message was made. */
  #make(now: bigint, key: () => string): boolean {
    const room = this.#destination.readers === 'people' ? this.#room(now) : 1;
    return room >= 1 && takeUp(this.#store, this.#destination, { room, now, key }).made > 0;
  }

  /** How many messages may still be made in the minute that ends now. */
  #room(now: bigint): number {
    const { name, perMinute } = this.#destination;
    const row = this.#store
      .statement('SELECT count(*) AS n FROM message WHERE destination = ? AND made > ? AND made <= ?')
      .get(name, now - minute, now);
    return perMinute - Number(row?.n);
  }

  /** A message was delivered. */
  sent({ id }: QueuedMessage, now: bigint): void {
    this.#write(() => {
      this.#end(id, 'sent', now, null);
      this.#store
        .statement(
          `UPDATE destination SET failures = 0, failing_since = NULL, next_try = NULL, error = NULL WHERE name = ?`,
        )
        .run(this.#destination.name);
    });
  }

  /** A message was not delivered and is tried again at `nextTry`, unless it is given up (`dead`). */
  failed(
    { id }: QueuedMessage,
    now: bigint,
    error: string,
    then: { readonly nextTry: bigint; readonly dead: boolean },
  ): void {
    this.#write(() => {
      if (then.dead) this.#end(id, 'dead', now, error);
      else this.#store.statement('UPDATE message SET attempts = attempts + 1, error = ? WHERE id = ?').run(error, id);
      this.#store
        .statement(`UPDATE destination SET failures = failures + 1, failing_since = coalesce(failing_since, ?),
          next_try = ?, error = ? WHERE name = ?`)
        .run(now, then.nextTry, error, this.#destination.name);
    });
  }

  #write(what: () => void): void {
    this.#unwritten = what;
    this.#store.transaction(what);
    this.#unwritten = undefined;
  }

  #end(id: number, state: 'sent' | 'dead', now: bigint, error: string | null): void {
    this.#store
      .statement('UPDATE message SET state = ?, attempts = attempts + 1, ended = ?, error = ? WHERE id = ?')
      .run(state, now, error, id);
  }
}

/** Puts what waits for a destination into messages, at most `room` where people read them, as far as one look takes it up. Gives
 *  how many notices it took up, and how many messages that made. */
export function takeUp(
  store: Store,
  { name, floor, readers }: Reader,
  { room, now, key }: { readonly room: number; readonly now: bigint; readonly key: () => string },
): { readonly taken: number; readonly made: number } {
  const rows = store
    .statement(`SELECT id, cause, alert, rule, rule_name, severity, score, together FROM notice
      WHERE id > (SELECT cursor FROM destination WHERE name = ?) ORDER BY id LIMIT ?`)
    .all(name, lookMost);
  const last = rows.at(-1)?.id;
  if (last === undefined) return { taken: 0, made: 0 };
  const waiting = rows.map(waitingOf).filter(({ severity, cause }) => severity >= floor || cause === 'exception-ends');
  const planned = readers === 'people' ? planForPeople(waiting, room) : planForMachines(waiting);
  for (const { items, summary } of planned)
    store
      .statement(`INSERT INTO message (destination, key, made, state, attempts, notices_json, summary_json)
        VALUES (?, ?, ?, 'waiting', 0, ?, ?)`)
      .run(name, key(), now, JSON.stringify(items), JSON.stringify(summary));
  store.statement('UPDATE destination SET cursor = ? WHERE name = ?').run(last, name);
  return { taken: rows.length, made: planned.length };
}

function waitingOf(row: Record<string, unknown>): Waiting {
  return {
    id: Number(row.id),
    cause: row.cause as NoticeCause,
    alert: row.alert === null ? null : Number(row.alert),
    rule: String(row.rule),
    ruleName: String(row.rule_name),
    severity: Number(row.severity),
    score: Number(row.score),
    together: row.together as Waiting['together'],
  };
}
