import type { Scope } from '../access/roles.ts';
import { UserError } from '../model/userError.ts';
import { ticksToMinute } from '../report/format.ts';
import { print } from './stdio.ts';
import { parseMoment } from './time.ts';
import { type UserFlags, withAccess } from './user.ts';

/** `weir token add`: prints the token alone, so that it can be piped to where it belongs. */
export function addToken(
  name: string,
  { scope: scopes, expires, ...flags }: UserFlags & { readonly scope: readonly Scope[]; readonly expires?: string },
): Promise<number> {
  const until = expires === undefined ? null : parseMoment(expires, '--expires');
  return withAccess(flags, { make: true }, async (access, actor) => {
    const { secret } = access.tokens.createHere({ name, scopes, expires: until }, actor);
    await print(`${secret}\n`);
  });
}

/** `weir token list`. */
export function listTokens(flags: UserFlags): Promise<number> {
  return withAccess(flags, { make: false }, async (access) => {
    for (const { name, scopes, owner, used, revoked, expires } of access.tokens.list()) {
      const state = revoked !== null ? 'revoked' : expires === null ? 'no end' : `until ${ticksToMinute(expires)}`;
      const last = used === null ? 'never used' : `used ${ticksToMinute(used)}`;
      await print(`${[name, scopes.join(' '), owner || 'made here', state, last].join('\t')}\n`);
    }
  });
}

/** `weir token revoke`. */
export function revokeToken(name: string, flags: UserFlags): Promise<number> {
  return withAccess(flags, { make: false }, async (access, actor) => {
    const token = access.tokens.list().find((each) => each.name === name);
    if (token === undefined)
      throw new UserError('TOKEN_UNKNOWN', name, 'there is no token of this name', 'weir token list shows them.');
    access.tokens.revoke(token.id, actor);
  });
}
