import type { Clock } from '../model/clock.ts';
import type { Store } from '../store/store.ts';

/** Who reads what. A lease that is not given back ends by itself, so that a process that died holds nothing for ever. */
export interface Leases {
  /** Takes one on a snapshot, inside the transaction that reads it; gives how it is given back. */
  take(seq: bigint): () => void;
}

/** Of the process that also removes files: they end with it. */
export class OwnLeases implements Leases {
  readonly #held = new Map<symbol, bigint>();

  take(seq: bigint): () => void {
    const lease = Symbol();
    this.#held.set(lease, seq);
    return () => {
      this.#held.delete(lease);
    };
  }

  /** The oldest snapshot that somebody reads; `present` where nobody does. */
  oldest(present: bigint): bigint {
    return [...this.#held.values()].reduce((oldest, seq) => (seq < oldest ? seq : oldest), present);
  }
}

const second = 10_000_000n;
/** Renewed three times in its life: one renewal may come late and one fail. */
const lifetime = 60n * second;
const renewal = 20n * second;

/** Of other processes, kept in the store. While it holds any it moves their end on. */
export class SharedLeases implements Leases {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #holder: string;
  readonly #held = new Set<bigint>();
  readonly #ended = new AbortController();
  #renewing: Promise<void> | undefined;

  constructor(store: Store, clock: Clock, holder: string) {
    this.#store = store;
    this.#clock = clock;
    this.#holder = holder;
  }

  take(seq: bigint): () => void {
    const id = this.#store
      .statement('INSERT INTO lease (holder, seq, expires_at) VALUES (?, ?, ?) RETURNING id')
      .get(this.#holder, seq, this.#clock.now() + lifetime)?.id as bigint;
    this.#held.add(id);
    this.#renewing ??= this.#renew();
    return () => {
      if (this.#held.delete(id)) this.#store.statement('DELETE FROM lease WHERE id = ?').run(id);
    };
  }

  /** Whether one that is held has ended: nobody was here to renew it, as on a machine that slept, and the files of its snapshot
   *  may be gone. */
  get ended(): boolean {
    const there = this.#store.statement('SELECT 1 FROM lease WHERE id = ?');
    return [...this.#held].some((id) => there.get(id) === undefined);
  }

  /** Gives all of them back. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#renewing;
    for (const id of this.#held) this.#store.statement('DELETE FROM lease WHERE id = ?').run(id);
    this.#held.clear();
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    for (;;) {
      await this.#clock.sleep(renewal, signal).catch(() => undefined);
      if (signal.aborted) return;
      try {
        for (const id of this.#held)
          this.#store.statement('UPDATE lease SET expires_at = ? WHERE id = ?').run(this.#clock.now() + lifetime, id);
      } catch {
        // The store is locked, or the disk full: there is time for another try. One that has ended is asked for by `ended`.
      }
    }
  }
}

/** The oldest snapshot that another process reads; `present` where none does. Leases that have ended are gone then. */
export function oldestShared(store: Store, now: bigint, present: bigint): bigint {
  store.statement('DELETE FROM lease WHERE expires_at < ?').run(now);
  const oldest = store.statement('SELECT min(seq) AS seq FROM lease').get()?.seq as bigint | null;
  return oldest === null || oldest > present ? present : oldest;
}
