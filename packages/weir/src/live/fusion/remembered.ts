import type { Store } from '../../store/store.ts';
import type { Span } from '../snapshot.ts';

/** A span whose rows are to be fused again, and when that became so, first and last. */
export interface Unsettled extends Span {
  readonly first: bigint;
  readonly last: bigint;
}

/** How far a clock is ahead on a day, as so many connections say. */
export interface Clock {
  readonly device: string;
  readonly day: bigint;
  readonly ticks: bigint;
  readonly pairs: bigint;
}

/** A device's; `other` is what else enough of them say. */
export interface ClockOffset extends Clock {
  readonly other: bigint | null;
}

/** A network sensor's clock (device ''), or a device's as one of its sensors tells it. */
export interface TellerClock extends Clock {
  readonly teller: string;
}

/** What live fusion keeps in the store. What changes it is called within a commit's transaction. */
export class Remembered {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Up to which commit rows were fused as they came, and up to which their spans are among the unsettled. */
  get cursor(): { readonly passed: bigint; readonly noted: bigint } {
    const { passed, noted } = this.#store.statement('SELECT passed, noted FROM fusion_cursor').get() ?? {};
    return { passed: passed as bigint, noted: noted as bigint };
  }

  move(cursor: 'passed' | 'noted', seq: bigint): void {
    this.#store.statement(`UPDATE fusion_cursor SET ${cursor} = ?`).run(seq);
    this.#store.statement('DELETE FROM fusion_own WHERE seq <= (SELECT min(passed, noted) FROM fusion_cursor)').run();
  }

  /** Fusion's own commits that a cursor has not passed. */
  get own(): bigint[] {
    return this.#store
      .statement('SELECT seq FROM fusion_own')
      .all()
      .map(({ seq }) => seq as bigint);
  }

  made(seq: bigint): void {
    this.#store.statement('INSERT OR IGNORE INTO fusion_own VALUES (?)').run(seq);
  }

  get unsettled(): Unsettled[] {
    return this.#store
      .statement('SELECT "from", until, first, last FROM fusion_unsettled ORDER BY "from"')
      .all() as unknown as Unsettled[];
  }

  /** Notes that spans are unsettled; those that meet become one. */
  unsettle(spans: readonly Span[], now: bigint): void {
    const all = [...this.unsettled, ...spans.map((span) => ({ ...span, first: now, last: now }))];
    const merged: Unsettled[] = [];
    for (const span of all.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
      const before = merged.at(-1);
      if (before === undefined || span.from > before.until) merged.push(span);
      else
        merged.splice(-1, 1, {
          from: before.from,
          until: before.until > span.until ? before.until : span.until,
          first: before.first < span.first ? before.first : span.first,
          last: before.last > span.last ? before.last : span.last,
        });
    }
    this.#write(merged);
  }

  /** Takes a span out of the unsettled; of longer ones the rest stays. */
  settled({ from, until }: Span): void {
    this.#write(
      this.unsettled.flatMap((span) => {
        if (span.until < from || span.from > until) return [span];
        const rest = [
          { ...span, until: from },
          { ...span, from: until },
        ];
        return rest.filter((part) => part.from < part.until);
      }),
    );
  }

  get offsets(): ClockOffset[] {
    return this.#store
      .statement('SELECT device, day, ticks, pairs, other FROM fusion_offset ORDER BY device, day')
      .all() as unknown as ClockOffset[];
  }

  /** Those of some days. */
  offsetsOn({ from, until }: Span): ClockOffset[] {
    return this.#store
      .statement(
        'SELECT device, day, ticks, pairs, other FROM fusion_offset WHERE day >= ? AND day <= ? ORDER BY device, day',
      )
      .all(from, until) as unknown as ClockOffset[];
  }

  /** Those of sensors on some days. */
  tellersOn({ from, until }: Span): TellerClock[] {
    return this.#store
      .statement('SELECT teller, device, day, ticks, pairs FROM fusion_teller_clock WHERE day >= ? AND day <= ?')
      .all(from, until) as unknown as TellerClock[];
  }

  /** Forgets the clocks of days before one, whose rows are gone. */
  forgetClocks(before: bigint): void {
    for (const table of ['fusion_offset', 'fusion_teller_clock'])
      this.#store.statement(`DELETE FROM ${table} WHERE day < ?`).run(before);
  }

  /** Puts what is known of clocks on some days in the place of what was. */
  clocks(days: Span, offsets: readonly ClockOffset[], tellers: readonly TellerClock[]): void {
    for (const table of ['fusion_offset', 'fusion_teller_clock'])
      this.#store.statement(`DELETE FROM ${table} WHERE day >= ? AND day <= ?`).run(days.from, days.until);
    const insert = this.#store.statement('INSERT INTO fusion_offset VALUES (?, ?, ?, ?, ?)');
    for (const { device, day, ticks, pairs, other } of offsets) insert.run(device, day, ticks, pairs, other);
    const insertTeller = this.#store.statement('INSERT INTO fusion_teller_clock VALUES (?, ?, ?, ?, ?)');
    for (const { teller, device, day, ticks, pairs } of tellers) insertTeller.run(teller, device, day, ticks, pairs);
  }

  #write(spans: readonly Unsettled[]): void {
    this.#store.statement('DELETE FROM fusion_unsettled').run();
    const insert = this.#store.statement('INSERT INTO fusion_unsettled VALUES (?, ?, ?, ?)');
    for (const { from, until, first, last } of spans) insert.run(from, until, first, last);
  }
}
