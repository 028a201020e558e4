import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Access, LoggedIn } from '../../access/access.ts';
import { type Principal, roles, scopes } from '../../access/roles.ts';
import type { Client } from '../http/client.ts';
import { cookieName } from '../http/guard.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { moment, told } from '../shapes.ts';

const name = z.string().min(1).max(64);
const password = z.string().min(1).max(1024);
const link = z.string().min(1).max(200);

const me = z
  .object({
    name: z.string(),
    role: z.enum(roles),
    scopes: z.array(z.enum(scopes)),
    /** Of a session: when it ends in any case. */
    expires: moment.nullable(),
  })
  .openapi('Me');

/** Logging in and out, one-time links, and one's own password. */
export function sessionRoutes({ access }: { readonly access: Access }): Route[] {
  return [
    route(
      {
        method: 'post',
        path: '/api/session',
        name: 'login',
        summary: 'Log in: gives a session as a cookie.',
        needs: 'nothing',
        body: z.strictObject({ name, password }),
        answer: me,
      },
      async ({ body, client, context }) =>
        entered(context, client, await access.login(body.name, body.password, from(context, client))),
    ),
    route(
      { method: 'delete', path: '/api/session', name: 'logout', summary: 'Log out.', needs: 'session' },
      ({ who, client, context }) => {
        access.logout(who);
        deleteCookie(context, cookieName(client.secure), { path: '/', secure: client.secure });
        return undefined;
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/me',
        name: 'me',
        summary: 'Who asks, and what they may do.',
        needs: 'read',
        answer: me,
        passive: true,
      },
      ({ who }) => asMe(who),
    ),
    route(
      {
        method: 'put',
        path: '/api/me/password',
        name: 'changePassword',
        summary: "Change one's own password; all other sessions end.",
        needs: 'session',
        body: z.strictObject({ now: password, next: password }),
        answer: me,
      },
      async ({ who, body, client, context }) =>
        entered(context, client, await access.changePassword(who, body, { address: client.address })),
    ),
    route(
      {
        method: 'post',
        path: '/api/links/look',
        name: 'lookAtLink',
        summary: 'For whom a one-time link is; null: for the first administrator.',
        needs: 'nothing',
        body: z.strictObject({ link }),
        answer: z.object({ name: z.string().nullable() }),
      },
      ({ body }) => {
        const found = access.invitations.find(body.link);
        if (found) return found;
        throw new RequestError(
          410,
          'LINK_USED',
          'link',
          'this link was used, has expired, or never was one',
          'Ask an administrator for a new one, or run weir user password NAME where Weir runs.',
        );
      },
    ),
    route(
      {
        method: 'post',
        path: '/api/links/accept',
        name: 'acceptLink',
        summary: 'Take a one-time link: choose a password, and be logged in.',
        needs: 'nothing',
        body: z.strictObject({ link, name: name.optional(), password }),
        answer: me,
      },
      async ({ body, client, context }) =>
        entered(context, client, await access.accept(body.link, body, from(context, client))),
    ),
  ];
}

function from(context: Context, client: Client) {
  return { address: client.address, before: getCookie(context, cookieName(client.secure)) };
}

function entered(context: Context, client: Client, { secret, principal }: LoggedIn) {
  setCookie(context, cookieName(client.secure), secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: client.secure,
  });
  return asMe(principal);
}

function asMe({ user, scopes: may, session }: Principal): z.input<typeof me> {
  return {
    name: user.name,
    role: user.role,
    scopes: [...may],
    expires: session === undefined ? null : told(session.expires),
  };
}
