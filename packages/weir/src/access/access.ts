import { UserError } from '../model/userError.ts';
import { day, type Ground } from './ground.ts';
import { Invitations } from './invitations.ts';
import { isOutdated, Passwords } from './passwords.ts';
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
    // That took a while, in which the account may have been changed.
    const user = this.users.find(account);
    if (!right || (user && this.users.passwordOf(user) !== stored) || user === undefined || user.disabled !== null) {
      this.#told('login.failed', account, from.address);
      throw new UserError(
        'LOGIN_FAILED',
        'login',
        'name or password is wrong',
        'Check both. An administrator can give a link with which to choose a new password.',
      );
    }
    await this.#throttle.succeeded(attempt);
    if (stored !== null && isOutdated(stored)) await this.users.rehash(user, password);
    return this.#enter(user, from);
  }

  /** Takes a one-time link, and logs in whom it is for. */
  async accept(
    link: string,
    chosen: { readonly name?: string | undefined; readonly password: string },
    from: { readonly address: string; readonly before?: string | undefined },
  ): Promise<LoggedIn> {
    return this.#enter(await this.invitations.accept(link, chosen), from);
  }

  /** Changes one's own password. All sessions end; a new one begins.
   *  @throws UserError as login does, and where the new one is weak */
  async changePassword(
    principal: Principal,
    { now, next }: { readonly now: string; readonly next: string },
    from: { readonly address: string },
  ): Promise<LoggedIn> {
    const user = this.users.get(principal.user.name);
    const attempt = { account: user.name, address: from.address, known: true };
    await this.#notTooOften(attempt);
    if (!(await this.#passwords.matches(this.users.passwordOf(user), now)))
      throw new UserError('LOGIN_FAILED', 'password', 'the present password is wrong', 'Check it.');
    await this.#throttle.succeeded(attempt);
    await this.users.setPassword(user, next, principal.name);
    return this.#enter(user, from);
  }

  logout({ session, name }: Principal): void {
    if (session === undefined) return;
    const { store, clock, audit } = this.#ground;
    store.transaction(() => {
      this.sessions.end(session.hash);
      audit({ at: clock.now(), actor: name, action: 'logout', subject: name });
    });
  }

  #enter(
    user: User,
    { address, before }: { readonly address: string; readonly before?: string | undefined },
  ): LoggedIn {
    const { store, clock, audit } = this.#ground;
    return store.transaction(() => {
      const at = clock.now();
      const earlier = before === undefined ? undefined : this.sessions.find(before, false)?.session;
      if (earlier) this.sessions.end(earlier.hash);
      store.statement('DELETE FROM login_address WHERE seen < ?').run(at - addressKept);
      store
        .statement('INSERT OR REPLACE INTO login_address (user, address, seen) VALUES (?, ?, ?)')
        .run(user.id, address, at);
      audit({ at, actor: user.name, action: 'login', subject: user.name, details: { address } });
      return this.sessions.begin(user, address);
    });
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
