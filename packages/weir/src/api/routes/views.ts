import { z } from '@hono/zod-openapi';
import type { Principal } from '../../access/roles.ts';
import type { ViewUser } from '../../alert/views.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { defined, integer } from '../shapes.ts';

const fields = {
  name: z.string().trim().min(1).max(80),
  search: z.string().max(4_000).openapi({
    description: "Which alerts in which order: the console's address after the question mark. It is kept as it is.",
  }),
  shared: z.boolean().openapi({ description: 'Whether everybody sees it; sharing takes leave to write.' }),
};

export const view = z
  .object({ id: z.int(), ...fields, owner: z.string().openapi({ description: 'Whose it is, and who changes it.' }) })
  .openapi('View');

const params = z.strictObject({ id: integer({ min: 1 }) });

/** Lists of alerts that people keep under a name. */
export function viewRoutes({ views }: Pick<Parts, 'views'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/views',
        name: 'listViews',
        summary: "One's own views of the alerts, and those that others share.",
        needs: 'session',
        answer: z.object({ views: z.array(view) }),
        passive: true,
      },
      ({ who }) => ({ views: views.list(userOf(who)) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/views',
        name: 'addView',
        summary: 'Keep a view under a name.',
        needs: 'session',
        body: z.strictObject({ ...fields, shared: fields.shared.default(false) }),
        answer: view,
        status: 201,
      },
      ({ body, who }) => {
        if (body.shared) mayShare(who);
        return views.add(body, userOf(who));
      },
    ),
    route(
      {
        method: 'patch',
        path: '/api/views/{id}',
        name: 'changeView',
        summary: "Rename one's own view, give it other filters, share it or keep it to oneself.",
        needs: 'session',
        params,
        body: z
          .strictObject(fields)
          .partial()
          .refine((body) => Object.keys(body).length > 0, 'say what to change'),
        answer: view,
      },
      ({ params: { id }, body, who }) => {
        if (body.shared) mayShare(who);
        return views.change(id, defined(body), userOf(who));
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/views/{id}',
        name: 'removeView',
        summary: "Remove one's own view; an administrator removes shared ones too.",
        needs: 'session',
        params,
      },
      ({ params: { id }, who }) => views.remove(id, userOf(who)),
    ),
  ];
}

function userOf({ user, scopes }: Principal): ViewUser {
  return { id: user.id, isAdmin: scopes.has('admin') };
}

function mayShare({ name, scopes }: Principal): void {
  if (scopes.has('write')) return;
  throw new RequestError(
    403,
    'NOT_ALLOWED',
    'body.shared',
    `${name} may not share a view; it takes write`,
    'Keep it to yourself, or ask an analyst to share one.',
  );
}
