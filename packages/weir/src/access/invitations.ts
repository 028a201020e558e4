import { UserError } from '../model/userError.ts';
import { day, type Ground } from './ground.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import { hashOf, newSecret } from './secret.ts';
import type { User, Users } from './users.ts';

const validFor = day;

/** Links that work once: with one a person chooses the password of their account, with the first one its name too. */
export class Invitations {
  readonly #ground: Ground;
  readonly #users: Users;
  readonly #passwords: Passwords;

  constructor(ground: Ground, users: Users, passwords: Passwords) {
    this.#ground = ground;
    this.#users = users;
    this.#passwords = passwords;
  }

  /** The secret of the first administrator's link; undefined where there is an account already. A start makes a new one,
   *  and the link of the start before ends. */
  first(): string | undefined {
    if (this.#users.any()) return undefined;
    this.#ground.store.statement('DELETE FROM invitation WHERE user IS NULL').run();
    return this.#add(null);
  }

  /** The secret of a link with which somebody chooses a password; one that was given before ends. */
  invite(user: User, actor: string): string {
    const { store, clock, audit } = this.#ground;
    return store.transaction(() => {
      store.statement('DELETE FROM invitation WHERE user = ?').run(user.id);
      audit({ at: clock.now(), actor, action: 'user.invite', subject: user.name });
      return this.#add(user.id);
    });
  }

  /** For whom a link is; `name` is null where it is for the first administrator. Undefined where it opens nothing. */
  find(secret: string): { readonly name: string | null } | undefined {
    const row = this.#row(secret);
    if (row === undefined || (row.user === null && this.#users.any())) return undefined;
    const user = row.user === null ? undefined : this.#users.byId(row.user);
    return user?.disabled == null ? { name: user?.name ?? null } : undefined;
  }

  /** Takes a link: the password is chosen, the link is used up. `name` is what the first administrator wants to be called.
   *  @throws UserError where the link opens nothing, or name or password will not do */
  async accept(secret: string, { name, password }: { name?: string | undefined; password: string }): Promise<User> {
    const invited = this.find(secret);
    if (invited === undefined) throw noLink();
    const called = invited.name ?? name;
    if (called === undefined)
      throw new UserError('USER_NAME', 'name', 'the first administrator needs a name', 'Give one.');
    checkPassword(password, called);
    const hash = await this.#passwords.hash(password);
    const { store } = this.#ground;
    return store.transaction(() => {
      // Hashing took a while, in which another may have taken the link.
      if (this.find(secret)?.name !== invited.name) throw noLink();
      const user = invited.name === null ? this.#users.add(called, 'admin', called) : this.#users.get(called);
      store.statement('DELETE FROM invitation WHERE hash = ? OR user IS NULL').run(hashOf(secret));
      this.#users.putPassword(user, hash, user.name);
      return this.#users.get(user.name);
    });
  }

  #add(user: bigint | null): string {
    const { store, clock, random } = this.#ground;
    const secret = newSecret(random);
    store
      .statement('INSERT INTO invitation (hash, user, expires) VALUES (?, ?, ?)')
      .run(hashOf(secret), user, clock.now() + validFor);
    return secret;
  }

  #row(secret: string): { user: bigint | null } | undefined {
    const { store, clock } = this.#ground;
    return store
      .statement('SELECT user FROM invitation WHERE hash = ? AND expires > ?')
      .get(hashOf(secret), clock.now()) as { user: bigint | null } | undefined;
  }
}

function noLink(): UserError {
  return new UserError(
    'LINK_USED',
    'link',
    'this link was used, has expired, or never was one',
    'Ask an administrator for a new one, or run weir user password NAME where Weir runs.',
  );
}
