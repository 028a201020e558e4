import { UserError } from '../model/userError.ts';
import type { Ground } from './ground.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import type { Role } from './roles.ts';

/** An account. Times are ticks. */
export interface User {
  readonly id: bigint;
  /** Lower case. */
  readonly name: string;
  readonly role: Role;
  readonly hasPassword: boolean;
  readonly created: bigint;
  /** Since when nobody may log in with it; null where they may. */
  readonly disabled: bigint | null;
}

const columns = 'id, name, role, password IS NOT NULL AS hasPassword, created, disabled';

const nameRule = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;

/** Accounts: who there is, what each may do. Every change is told to the trail in its own transaction. */
export class Users {
  readonly #ground: Ground;
  readonly #passwords: Passwords;

  constructor(ground: Ground, passwords: Passwords) {
    this.#ground = ground;
    this.#passwords = passwords;
  }

  list(): User[] {
    return this.#ground.store.statement(`SELECT ${columns} FROM user ORDER BY name`).all().map(asUser);
  }

  /** By name, in any case; undefined where there is none. */
  find(name: string): User | undefined {
    const row = this.#ground.store.statement(`SELECT ${columns} FROM user WHERE name = ?`).get(name.toLowerCase());
    return row && asUser(row);
  }

  /** @throws UserError where there is none of this name */
  get(name: string): User {
    const user = this.find(name);
    if (user) return user;
    throw new UserError('USER_UNKNOWN', name, 'there is no account of this name', 'Look at the list of accounts.');
  }

  byId(id: bigint): User | undefined {
    const row = this.#ground.store.statement(`SELECT ${columns} FROM user WHERE id = ?`).get(id);
    return row && asUser(row);
  }

  any(): boolean {
    return this.#ground.store.statement('SELECT 1 FROM user LIMIT 1').get() !== undefined;
  }

  /** Makes an account that has no password yet.
   *  @throws UserError where the name is taken or none */
  add(name: string, role: Role, actor: string): User {
    const { store, clock, audit } = this.#ground;
    const lower = name.toLowerCase();
    if (!nameRule.test(lower))
      throw new UserError(
        'USER_NAME',
        name,
        'this is no name for an account',
        'Take 1 to 64 of a-z, 0-9, dot, dash, underscore, + and @, beginning with a letter or digit.',
      );
    return store.transaction(() => {
      if (this.find(lower))
        throw new UserError('USER_EXISTS', lower, 'an account has this name already', 'Take another name.');
      const at = clock.now();
      store.statement('INSERT INTO user (name, role, created) VALUES (?, ?, ?)').run(lower, role, at);
      audit({ at, actor, action: 'user.create', subject: lower, details: { role } });
      return this.get(lower);
    });
  }

  /** Gives an account its password; every session of it ends.
   *  @throws UserError where the password is weak */
  async setPassword(user: User, password: string, actor: string): Promise<void> {
    checkPassword(password, user.name);
    const hash = await this.#passwords.hash(password);
    this.#ground.store.transaction(() => this.putPassword(user, hash, actor));
  }

  /** The same with a password that was checked and hashed, inside of the caller's transaction. */
  putPassword(user: User, hash: string, actor: string): void {
    const { store, clock, audit } = this.#ground;
    store.statement('UPDATE user SET password = ? WHERE id = ?').run(hash, user.id);
    this.#end(user);
    audit({ at: clock.now(), actor, action: 'user.password', subject: user.name });
  }

  /** The hash of the same password at today's cost: nothing ends, and nobody did anything. It is kept where the account still
   *  has the one of before. */
  async rehash(user: User, password: string, before: string): Promise<string> {
    const hash = await this.#passwords.hash(password);
    this.#ground.store
      .statement('UPDATE user SET password = ? WHERE id = ? AND password = ?')
      .run(hash, user.id, before);
    return hash;
  }

  /** Changes what an account may do. Its sessions end, so that nothing is decided by what it was.
   *  @throws UserError where nobody would be left to administer */
  change(
    user: User,
    to: { readonly role?: Role | undefined; readonly disabled?: boolean | undefined },
    actor: string,
  ): User {
    const { store, clock, audit } = this.#ground;
    return store.transaction(() => {
      const before = this.get(user.name);
      const role = to.role ?? before.role;
      const disabled = to.disabled ?? before.disabled !== null;
      if (before.role === 'admin' && before.disabled === null && (role !== 'admin' || disabled)) this.#mayLose(before);
      const at = clock.now();
      const since = disabled ? (before.disabled ?? at) : null;
      if (role === before.role && since === before.disabled) return before;
      store.statement('UPDATE user SET role = ?, disabled = ? WHERE id = ?').run(role, since, before.id);
      this.#end(before);
      if (role !== before.role)
        audit({ at, actor, action: 'user.role', subject: before.name, details: { from: before.role, to: role } });
      if (since !== before.disabled)
        audit({ at, actor, action: disabled ? 'user.disable' : 'user.enable', subject: before.name });
      return this.get(before.name);
    });
  }

  /** The hash of an account's password, for the login alone. */
  passwordOf(user: User): string | null {
    const row = this.#ground.store.statement('SELECT password FROM user WHERE id = ?').get(user.id);
    return (row?.password ?? null) as string | null;
  }

  #mayLose(user: User): void {
    const others = this.list().filter(
      ({ id, role, disabled, hasPassword }) => id !== user.id && role === 'admin' && disabled === null && hasPassword,
    );
    if (others.length > 0) return;
    throw new UserError(
      'LAST_ADMIN',
      user.name,
      'this is the only administrator who can log in',
      'Make somebody else an administrator first.',
    );
  }

  #end(user: User): void {
    const { store } = this.#ground;
    store.statement('DELETE FROM session WHERE user = ?').run(user.id);
    store.statement('DELETE FROM invitation WHERE user = ?').run(user.id);
  }
}

function asUser(row: Record<string, unknown>): User {
  return { ...(row as unknown as User), hasPassword: row.hasPassword === 1n };
}
