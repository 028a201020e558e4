import { UserError } from '../model/userError.ts';
import { type Ground, minute } from './ground.ts';
import { type Principal, type Role, type Scope, scopes, scopesOf } from './roles.ts';
import { hashOf, newSecret } from './secret.ts';
import type { Users } from './users.ts';

/** By this a secret scanner knows a token that was left somewhere. */
export const tokenPrefix = 'weir_';

/** A program's access. Times are ticks. */
export interface Token {
  readonly id: bigint;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The name of the account that it belongs to; empty: it was made on the machine itself. */
  readonly owner: string;
  readonly created: bigint;
  readonly expires: bigint | null;
  readonly used: bigint | null;
  readonly revoked: bigint | null;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Ticks; null: until it is revoked. */
  readonly expires: bigint | null;
}

const select = `SELECT t.id, t.name, t.scopes, coalesce(u.name, '') AS owner, t.created, t.expires, t.used, t.revoked
  FROM api_token t LEFT JOIN user u ON u.id = t.owner`;

/** So often a token's use is written down: each time costs a sync of the disk. */
const usedEvery = minute;

/** Tokens of programs. One can do no more than its owner can today; only letting logs in goes on when the owner leaves. */
export class Tokens {
  readonly #ground: Ground;
  readonly #users: Users;

  constructor(ground: Ground, users: Users) {
    this.#ground = ground;
    this.#users = users;
  }

  list(): Token[] {
    return this.#ground.store.statement(`${select} ORDER BY t.id`).all().map(asToken);
  }

  /** Makes a token; its text is given this once.
   *  @throws UserError where it would be allowed more than who makes it, or its name is taken */
  create(wanted: NewToken, by: Principal): { readonly token: Token; readonly secret: string } {
    const beyond = wanted.scopes.filter((scope) => !by.scopes.has(scope));
    if (beyond.length > 0)
      throw new UserError(
        'TOKEN_SCOPE',
        'scopes',
        `${by.name} may not ${beyond.join(', ')}, and so can give no token for it`,
        'Leave it out, or ask an administrator for the token.',
      );
    // Who has a token without an account makes others like it.
    return this.#add(wanted, by.name, by.user.id === 0n ? null : by.user.id);
  }

  /** The same for who can write to the home, and so needs no account. `actor` is who did it, for the trail. */
  createHere(wanted: NewToken, actor: string): { readonly token: Token; readonly secret: string } {
    return this.#add(wanted, actor, null);
  }

  #add(wanted: NewToken, actor: string, owner: bigint | null): { readonly token: Token; readonly secret: string } {
    const { store, clock, random, audit } = this.#ground;
    const now = clock.now();
    if (wanted.expires !== null && wanted.expires <= now)
      throw new UserError('TOKEN_EXPIRED', 'expires', 'the token would have expired already', 'Take a later time.');
    const secret = `${tokenPrefix}${newSecret(random)}`;
    return store.transaction(() => {
      if (store.statement('SELECT 1 FROM api_token WHERE name = ?').get(wanted.name))
        throw new UserError('TOKEN_EXISTS', wanted.name, 'a token has this name already', 'Take another name.');
      const kept = scopes.filter((scope) => wanted.scopes.includes(scope));
      const { lastInsertRowid } = store
        .statement('INSERT INTO api_token (hash, name, scopes, owner, created, expires) VALUES (?, ?, ?, ?, ?, ?)')
        .run(hashOf(secret), wanted.name, JSON.stringify(kept), owner, now, wanted.expires);
      const details = { scopes: kept.join(' ') };
      audit({ at: now, actor, action: 'token.create', subject: wanted.name, details });
      return { token: this.get(BigInt(lastInsertRowid)), secret };
    });
  }

  /** @throws UserError where there is none */
  get(id: bigint): Token {
    const row = this.#ground.store.statement(`${select} WHERE t.id = ?`).get(id);
    if (row) return asToken(row);
    throw new UserError('TOKEN_UNKNOWN', String(id), 'there is no such token', 'Look at the list of tokens.');
  }

  /** From here on it opens nothing. */
  revoke(id: bigint, actor: string): Token {
    const { store, clock, audit } = this.#ground;
    return store.transaction(() => {
      const token = this.get(id);
      if (token.revoked !== null) return token;
      const at = clock.now();
      store.statement('UPDATE api_token SET revoked = ? WHERE id = ?').run(at, id);
      audit({ at, actor, action: 'token.revoke', subject: token.name });
      return this.get(id);
    });
  }

  /** Who has this token, and what they may do now; undefined where it opens nothing. */
  find(secret: string): Principal | undefined {
    if (!secret.startsWith(tokenPrefix)) return undefined;
    const { store, clock } = this.#ground;
    const row = store.statement(`${select} WHERE t.hash = ?`).get(hashOf(secret));
    if (row === undefined) return undefined;
    const token = asToken(row);
    const now = clock.now();
    if (token.revoked !== null || (token.expires !== null && token.expires <= now)) return undefined;
    const owner = token.owner === '' ? undefined : this.#users.get(token.owner);
    const may = owner === undefined ? scopes : owner.disabled === null ? scopesOf[owner.role] : [];
    const allowed = token.scopes.filter((scope) => scope === 'ingest' || may.includes(scope));
    if (allowed.length === 0) return undefined;
    if (token.used === null || now - token.used >= usedEvery)
      store.statement('UPDATE api_token SET used = ? WHERE id = ?').run(now, token.id);
    const { id, name, role } = owner ?? { id: 0n, name: '', role: roleFor(allowed) };
    return { name: `token:${token.name}`, scopes: new Set(allowed), user: { id, name, role } };
  }
}

/** The least role that may all of it in person. */
function roleFor(allowed: readonly Scope[]): Role {
  return allowed.includes('admin') ? 'admin' : allowed.includes('write') ? 'analyst' : 'viewer';
}

function asToken(row: Record<string, unknown>): Token {
  return { ...(row as unknown as Token), scopes: JSON.parse(String(row.scopes)) as Scope[] };
}
