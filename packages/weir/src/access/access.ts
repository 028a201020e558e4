import { UserError } from '../model/userError.ts';
import { day, type Ground } from './ground.ts';
import { Invitations } from './invitations.ts';
import { checkPassword, isOutdated, Passwords } from './passwords.ts';
import type { Principal, Scope } from './roles.ts';
import { type SessionLimits, Sessions, sessionDefaults } from './sessions.ts';
import { type Attempt, LoginThrottle, Throttled } from './throttle.ts';
import { Tokens } from './tokens.ts';
import { type User, Users } from './users.ts';

export interface AccessOptions extends Ground {
  readonly sessions?: SessionLimits;
}

export interface LoggedIn {
  /** For the cookie. */
  readonly secret: string;
  readonly principal: Principal;
}

/** So long an address counts as an account's own. */
const addressKept = 30n * day;

/** Who may do what: accounts, sessions, tokens, one-time links, and the way in. */
export class Access {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly invitations: Invitations;
  readonly #ground: Ground;
  readonly #passwords: Passwords;
  readonly #throttle = new LoginThrottle();

  constructor({ sessions = sessionDefaults, ...ground }: AccessOptions) {
    this.#ground = ground;
    this.#passwords = new Passwords(ground.random);
    this.users = new Users(ground, this.#passwords);
    this.sessions = new Sessions(ground, this.users, sessions);
    this.tokens = new Tokens(ground, this.users);
    this.invitations = new Invitations(ground, this.users, this.#passwords);
  }

  /** The name of whoever has a token with this scope, for the doors; else why it does not open: there is none (401), it
   *  opens nothing (401), or it may do other things (403). */
  authorize(token: string | undefined, scope: Scope): string | { readonly status: 401 | 403; readonly reason: string } {
    const way = `weir token add NAME --scope ${scope} makes one that may ${scope}`;
    if (token === undefined) return { status: 401, reason: `no token was sent (Authorization: Bearer TOKEN); ${way}` };
    const found = this.tokens.find(token);
    if (found === undefined)
      return { status: 401, reason: `this token opens nothing: it is none, has expired, or was revoked; ${way}` };
    if (found.scopes.has(scope)) return found.name;
    return { status: 403, reason: `${found.name} may ${[...found.scopes].join(', ')} and not ${scope}; ${way}` };
  }

  /** A new session for who knows a password. A wrong name, a wrong password and a disabled account look alike and cost
   *  alike. `before` is the session that the browser had: it ends.
   *  @throws UserError `LOGIN_FAILED`, `LOGIN_THROTTLED` (as `Throttled`), `LOGIN_BUSY` */
  async login(
    name: string,
    password: string,
    from: { readonly address: string; readonly before?: string | undefined },
  ): Promise<LoggedIn> {
    const account = name.toLowerCase();
    const claimed = this.users.find(account);
    const known = claimed !== undefined && this.#knows(claimed, from.address);
    const attempt = { account, address: from.address, known };
    await this.#notTooOften(attempt);
    const stored = claimed === undefined ? null : this.users.passwordOf(claimed);
    const right = await this.#passwords.matches(stored, password);
    if (!right || claimed === undefined || stored === null || !this.#stands(claimed, stored))
      throw this.#loginFailed(account, from.address);
    await this.#throttle.succeeded(attempt);
    const kept = isOutdated(stored) ? await this.users.rehash(claimed, password, stored) : stored;
    const entered = this.#enter(claimed, kept, from);
    if (entered === undefined) throw this.#loginFailed(account, from.address);
    return entered;
  }

  /** Takes a one-time link, and logs in whom it is for. */
  async accept(
    link: string,
    chosen: { readonly name?: string | undefined; readonly password: string },
    from: { readonly address: string; readonly before?: string | undefined },
  ): Promise<LoggedIn> {
    const user = await this.invitations.accept(link, chosen);
    const entered = this.#enter(user, this.users.passwordOf(user), from);
    if (entered === undefined) throw this.#loginFailed(user.name, from.address);
    return entered;
  }

  /** Changes one's own password. All sessions end; a new one begins.
   *  @throws UserError as login does, where the new one is weak, and `LOGIN_FAILED` where the account was given another password
   *  or was disabled meanwhile */
  async changePassword(
    principal: Principal,
    { now, next }: { readonly now: string; readonly next: string },
    from: { readonly address: string },
  ): Promise<LoggedIn> {
    const user = this.users.get(principal.user.name);
    const attempt = { account: user.name, address: from.address, known: true };
    await this.#notTooOften(attempt);
    const stored = this.users.passwordOf(user);
    if (!(await this.#passwords.matches(stored, now)))
      throw new UserError('LOGIN_FAILED', 'password', 'the present password is wrong', 'Check it.');
    await this.#throttle.succeeded(attempt);
    checkPassword(next, user.name);
    const hash = await this.#passwords.hash(next);
    return this.#ground.store.transaction(() => {
      if (this.#stands(user, stored)) this.users.putPassword(user, hash, principal.name);
      const entered = this.#enter(user, hash, from);
      if (entered !== undefined) return entered;
      throw new UserError(
        'LOGIN_FAILED',
        'password',
        'the account was given another password, or was disabled, at the same time',
        'Log in with the password that holds now.',
      );
    });
  }

  logout({ session, name }: Principal): void {
    if (session === undefined) return;
    const { store, clock, audit } = this.#ground;
    store.transaction(() => {
      this.sessions.end(session.hash);
      audit({ at: clock.now(), actor: name, action: 'logout', subject: name });
    });
  }

  /** A session, where the account is still what somebody has proved to know its password of; else undefined. */
  #enter(
    { id, name }: User,
    password: string | null,
    { address, before }: { readonly address: string; readonly before?: string | undefined },
  ): LoggedIn | undefined {
    const { store, clock, audit } = this.#ground;
    return store.transaction(() => {
      const user = this.users.get(name);
      if (!this.#stands(user, password)) return undefined;
      const at = clock.now();
      const earlier = before === undefined ? undefined : this.sessions.find(before, false)?.session;
      if (earlier) this.sessions.end(earlier.hash);
      store.statement('DELETE FROM login_address WHERE seen < ?').run(at - addressKept);
      store
        .statement('INSERT OR REPLACE INTO login_address (user, address, seen) VALUES (?, ?, ?)')
        .run(id, address, at);
      audit({ at, actor: name, action: 'login', subject: name, details: { address } });
      return this.sessions.begin(user, address);
    });
  }

  /** Whether an account may log in and has this password: what waits for its turn to hash finds out late. */
  #stands({ name }: User, password: string | null): boolean {
    const user = this.users.get(name);
    return user.disabled === null && this.users.passwordOf(user) === password;
  }

  #loginFailed(account: string, address: string): UserError {
    this.#told('login.failed', account, address);
    return new UserError(
      'LOGIN_FAILED',
      'login',
      'name or password is wrong',
      'Check both. An administrator can give a link with which to choose a new password.',
    );
  }

  #knows(user: User, address: string): boolean {
    const since = this.#ground.clock.now() - addressKept;
    const row = this.#ground.store
      .statement('SELECT 1 FROM login_address WHERE user = ? AND address = ? AND seen >= ?')
      .get(user.id, address, since);
    return row !== undefined;
  }

  async #notTooOften(attempt: Attempt): Promise<void> {
    const refused = await this.#throttle.begin(attempt);
    if (refused === undefined) return;
    if (refused.first) this.#told('login.throttled', attempt.account, attempt.address);
    throw new Throttled(refused.seconds);
  }

  #told(action: string, account: string, address: string): void {
    const { store, clock, audit } = this.#ground;
    // Somebody may have typed a password where the name goes.
    const subject = this.users.find(account)?.name ?? 'unknown';
    store.transaction(() => audit({ at: clock.now(), actor: subject, action, subject, details: { address } }));
  }
}
