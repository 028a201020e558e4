import { z } from '@hono/zod-openapi';
import type { Access } from '../../access/access.ts';
import type { Principal } from '../../access/roles.ts';
import { scopes } from '../../access/roles.ts';
import type { Token } from '../../access/tokens.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { givenMoment, integer, moment, told, toldOrNull } from '../shapes.ts';

export const token = z
  .object({
    id: z.int(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    owner: z.string(),
    created: moment,
    expires: moment.nullable(),
    used: moment.nullable(),
    revoked: moment.nullable(),
  })
  .openapi('Token');

/** Tokens of programs: everybody's own; administrators see all. */
export function tokenRoutes({ access: { tokens } }: { readonly access: Access }): Route[] {
  const visible = (id: number, who: Principal): Token => {
    const found = tokens.get(BigInt(id));
    if (who.scopes.has('admin') || isOwn(found, who)) return found;
    throw new RequestError(404, 'TOKEN_UNKNOWN', String(id), 'there is no such token', 'Look at the list of tokens.');
  };
  return [
    route(
      {
        method: 'get',
        path: '/api/tokens',
        name: 'listTokens',
        summary: "One's own tokens; an administrator's list has all.",
        needs: 'read',
        answer: z.object({ tokens: z.array(token) }),
      },
      ({ who }) => ({
        tokens: tokens
          .list()
          .filter((token) => who.scopes.has('admin') || isOwn(token, who))
          .map(asRecord),
      }),
    ),
    route(
      {
        method: 'post',
        path: '/api/tokens',
        name: 'createToken',
        summary:
          'Make a token; its text is told this once. It can do no more than who makes it: a person, or a token of an administrator.',
        needs: 'read',
        body: z.strictObject({
          name: z.string().regex(/^[\w .-]{1,64}$/, '1 to 64 letters, digits, blanks, dots, dashes or underscores'),
          scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
          expires: givenMoment.nullable(),
        }),
        answer: z.object({ token, secret: z.string() }),
        status: 201,
      },
      ({ body, who }) => {
        mustKeepTokens(who, 'make tokens');
        const made = tokens.create(body, who);
        return { token: asRecord(made.token), secret: made.secret };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/tokens/{id}',
        name: 'revokeToken',
        summary: 'Revoke a token: from here on it opens nothing. A token can revoke itself.',
        needs: 'read',
        params: z.strictObject({ id: integer({ min: 1 }) }),
        answer: token,
      },
      ({ params: { id }, who }) => {
        const found = visible(id, who);
        if (who.name !== `token:${found.name}`) mustKeepTokens(who, 'revoke other tokens');
        return asRecord(tokens.revoke(found.id, who.name));
      },
    ),
  ];
}

function asRecord({ id, created, expires, used, revoked, ...rest }: Token): z.input<typeof token> {
  return {
    ...rest,
    id: Number(id),
    scopes: [...rest.scopes],
    created: told(created),
    expires: toldOrNull(expires),
    used: toldOrNull(used),
    revoked: toldOrNull(revoked),
  };
}

/** A token that came into wrong hands makes none that outlives it, and takes none from others.
 *  @throws RequestError 403 */
function mustKeepTokens({ session, scopes, name }: Principal, what: string): void {
  if (session !== undefined || scopes.has('admin')) return;
  const advice = 'Log in as a person, or use weir token on the machine itself.';
  throw new RequestError(403, 'NOT_ALLOWED', name, `a token without the scope admin cannot ${what}`, advice);
}

/** Those that were made on the machine itself are nobody's. */
function isOwn({ owner }: Token, { user }: Principal): boolean {
  return owner !== '' && owner === user.name;
}
