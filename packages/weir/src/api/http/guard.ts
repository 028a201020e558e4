import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Access } from '../../access/access.ts';
import type { Principal, Scope } from '../../access/roles.ts';
import type { Client } from './client.ts';
import { RequestError } from './problem.ts';

/** What a route asks of who comes: nothing, a person's session, or a scope of a session or a token. */
export type Needs = 'nothing' | 'session' | Exclude<Scope, 'ingest'>;

/** The session's cookie. Under TLS its name forbids a neighbouring host to set it. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-weir' : 'weir';
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Lets in who may, and gives who it is.
 *  @throws RequestError 401 or 403 */
export function admit(
  context: Context,
  {
    needs,
    access,
    client,
    active,
  }: { readonly needs: Needs; readonly access: Access; readonly client: Client; readonly active: boolean },
): Principal | undefined {
  const cookie = getCookie(context, cookieName(client.secure));
  const authorization = context.req.header('authorization');
  const byCookie = authorization === undefined;
  if (byCookie && !safeMethods.has(context.req.method)) checkOrigin(context, client, cookie !== undefined);
  if (needs === 'nothing') return undefined;
  const principal = byCookie
    ? cookie === undefined
      ? undefined
      : access.sessions.find(cookie, active)
    : access.tokens.find(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
  if (principal === undefined)
    throw new RequestError(
      401,
      'NOT_LOGGED_IN',
      byCookie ? 'Cookie' : 'Authorization',
      byCookie ? 'nobody is logged in here' : 'this token opens nothing: it is none, has expired, or was revoked',
      'Log in, or send Authorization: Bearer with a token.',
    );
  if (needs === 'session' ? principal.session === undefined : !principal.scopes.has(needs)) {
    const advice = needs === 'session' ? 'Log in as a person.' : 'Ask an administrator for the role or a token.';
    const message =
      needs === 'session' ? 'a token cannot do this' : `${principal.name} may not do this; it takes ${needs}`;
    throw new RequestError(403, 'NOT_ALLOWED', context.req.path, message, advice);
  }
  return principal;
}

/** Refuses what another site's page makes a browser send. The cookie is SameSite=Strict, which holds for whole sites; this
 *  holds for origins, and where a browser does not know that attribute.
 *  @throws RequestError 403 */
function checkOrigin(context: Context, client: Client, withCookie: boolean): void {
  const site = context.req.header('sec-fetch-site');
  const origin = context.req.header('origin');
  if (site === undefined && origin === undefined && !withCookie) return;
  const own =
    site !== undefined ? site === 'same-origin' : origin !== undefined && hostOf(origin) === client.host.toLowerCase();
  if (own) return;
  throw new RequestError(
    403,
    'CROSS_SITE',
    site === undefined ? 'Origin' : 'Sec-Fetch-Site',
    "the request does not come from this service's own pages",
    'A program sends a token and no cookie.',
  );
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
