import { type Ground, hour, minute } from './ground.ts';
import { type Principal, scopesOf } from './roles.ts';
import { hashOf, newSecret } from './secret.ts';
import type { User, Users } from './users.ts';

/** How long a session lasts, ticks: without a request, and at the most. */
export interface SessionLimits {
  readonly idle: bigint;
  readonly absolute: bigint;
}

/** A working day, and a long lunch. */
export const sessionDefaults: SessionLimits = { idle: 2n * hour, absolute: 12n * hour };

/** So often a session's use is written down: each time costs a sync of the disk. */
const seenEvery = minute;

/** Sessions of people who logged in. The secret is the browser's; only its hash is here. */
export class Sessions {
  readonly #ground: Ground;
  readonly #users: Users;
  readonly #limits: SessionLimits;

  constructor(ground: Ground, users: Users, limits: SessionLimits) {
    this.#ground = ground;
    this.#users = users;
    this.#limits = limits;
  }

  /** A new session and its secret. Ended ones are swept out meanwhile. */
  begin(user: User, address: string): { readonly secret: string; readonly principal: Principal } {
    const { store, clock, random } = this.#ground;
    const secret = newSecret(random);
    const now = clock.now();
    store.transaction(() => {
      store
        .statement('DELETE FROM session WHERE created <= ? OR seen <= ?')
        .run(now - this.#limits.absolute, now - this.#limits.idle);
      store
        .statement('INSERT INTO session (hash, user, created, seen, address) VALUES (?, ?, ?, ?, ?)')
        .run(hashOf(secret), user.id, now, now, address);
    });
    return { secret, principal: this.#principal(hashOf(secret), user, now) };
  }

  /** Who has this secret; undefined where the session is none, has ended, or its account is disabled. `active` counts as
   *  use: what a page does by itself, as a stream of events, does not. */
  find(secret: string, active = true): Principal | undefined {
    const { store, clock } = this.#ground;
    const hash = hashOf(secret);
    const row = store.statement('SELECT user, created, seen FROM session WHERE hash = ?').get(hash) as
      | { user: bigint; created: bigint; seen: bigint }
      | undefined;
    if (row === undefined) return undefined;
    const now = clock.now();
    const over = now - row.created >= this.#limits.absolute || now - row.seen >= this.#limits.idle;
    const user = this.#users.byId(row.user);
    if (over || user === undefined || user.disabled !== null) {
      this.end(hash);
      return undefined;
    }
    if (active && now - row.seen >= seenEvery)
      store.statement('UPDATE session SET seen = ? WHERE hash = ?').run(now, hash);
    return this.#principal(hash, user, row.created);
  }

  end(hash: Uint8Array): void {
    this.#ground.store.statement('DELETE FROM session WHERE hash = ?').run(hash);
  }

  #principal(hash: Uint8Array, user: User, created: bigint): Principal {
    const { id, name, role } = user;
    const session = { hash, expires: created + this.#limits.absolute };
    return { name, scopes: new Set(scopesOf[role]), user: { id, name, role }, session };
  }
}
