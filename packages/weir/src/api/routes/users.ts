import { z } from '@hono/zod-openapi';
import type { Access } from '../../access/access.ts';
import { roles, scopesOf } from '../../access/roles.ts';
import type { User } from '../../access/users.ts';
import { type Route, route } from '../http/route.ts';
import { moment, told, toldOrNull } from '../shapes.ts';

export const user = z
  .object({
    name: z.string(),
    role: z.enum(roles),
    /** Whether a password was chosen. */
    hasPassword: z.boolean(),
    created: moment,
    disabled: moment.nullable(),
  })
  .openapi('User');

const role = z.enum(roles);
const params = z.strictObject({ name: z.string().min(1).max(64) });
const invited = z.object({
  user,
  link: z.string().openapi({ description: 'The secret of a one-time link; told once.' }),
});

/** Accounts, for administrators; and who an alert may be given to, for whoever gives it. */
export function userRoutes({ access: { users, invitations } }: { readonly access: Access }): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/people',
        name: 'listPeople',
        summary: 'Who alerts can be given to: accounts that are open and may change them.',
        needs: 'write',
        answer: z.object({ people: z.array(z.string()) }),
        passive: true,
      },
      () => ({
        people: users
          .list()
          .filter((one) => one.disabled === null && scopesOf[one.role].includes('write'))
          .map((one) => one.name),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/users',
        name: 'listUsers',
        summary: 'All accounts.',
        needs: 'admin',
        answer: z.object({ users: z.array(user) }),
      },
      () => ({ users: users.list().map(asRecord) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/users',
        name: 'addUser',
        summary: 'Make an account; its link lets the person choose a password.',
        needs: 'admin',
        body: z.strictObject({ name: z.string().min(1).max(64), role }),
        answer: invited,
        status: 201,
      },
      ({ body, who }) => {
        const added = users.add(body.name, body.role, who.name);
        return { user: asRecord(added), link: invitations.invite(added, who.name) };
      },
    ),
    route(
      {
        method: 'patch',
        path: '/api/users/{name}',
        name: 'changeUser',
        summary: "Change an account's role, or close it; its sessions end.",
        needs: 'admin',
        params,
        body: z
          .strictObject({ role: role.optional(), disabled: z.boolean().optional() })
          .refine((body) => Object.keys(body).length > 0, 'say what to change'),
        answer: user,
      },
      ({ params: { name }, body, who }) => asRecord(users.change(users.get(name), body, who.name)),
    ),
    route(
      {
        method: 'post',
        path: '/api/users/{name}/link',
        name: 'inviteUser',
        summary: 'A new one-time link with which to choose a password; the one before ends.',
        needs: 'admin',
        params,
        answer: invited,
        status: 201,
      },
      ({ params: { name }, who }) => {
        const found = users.get(name);
        return { user: asRecord(found), link: invitations.invite(found, who.name) };
      },
    ),
  ];
}

function asRecord({ name, role: is, hasPassword, created, disabled }: User): z.input<typeof user> {
  return { name, role: is, hasPassword, created: told(created), disabled: toldOrNull(disabled) };
}
