import { z } from '@hono/zod-openapi';
import type { Principal } from '../../access/roles.ts';
import { type HuntKeeper, huntExists, type SavedHunt } from '../../hunts/savedHunts.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { defined, integer, moment, told } from '../shapes.ts';
import { compiling, kql } from './queries.ts';

const texts = z.array(z.string());

const hunt = z
  .object({
    name: z.string(),
    title: z.string(),
    hypothesis: z.string(),
    techniques: texts,
    /** What must be in the logs for the answer to mean anything. */
    needs: texts,
    query: z.string(),
    reading: z.string(),
    benign: z.string(),
  })
  .openapi('Hunt');

const fields = {
  name: z.string().trim().min(1, 'a hunt needs a name').max(80),
  hypothesis: z
    .string()
    .trim()
    .min(1, 'say in a line or two what it looks for')
    .max(1_000)
    .openapi({ description: 'What it looks for, and why that would be theft.' }),
  reading: z.string().trim().max(4_000).openapi({ description: 'How to read what it finds; it may be empty.' }),
  query: kql.refine((text) => text.trim() !== '', 'there is no query to save'),
  range: z
    .string()
    .regex(/^(|\d{1,3}[hd]|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z\/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z)$/, 'like 7d')
    .openapi({ description: 'Over which time: `24h`, `7d`, `FROM/UNTIL` in UTC; empty: as the query says.' }),
};

export const saved = z
  .object({
    id: z.int(),
    ...fields,
    owner: z.string().openapi({ description: 'Whose it is: they and administrators change and delete it.' }),
    revision: z.int().openapi({ description: 'From 1; each change makes the next.' }),
    changed: moment,
    by: z.string().openapi({ description: 'Who changed it last.' }),
  })
  .openapi('SavedHunt');

const params = z.strictObject({ id: integer({ min: 1 }) });

/** Questions to the logs that would be too noisy as alerts: those that Weir brings along, and those that people keep. */
export function huntRoutes({
  hunts,
  savedHunts,
  queries,
  clock,
}: Pick<Parts, 'hunts' | 'savedHunts' | 'queries' | 'clock'>): Route[] {
  const compiles = compiling(queries);
  const nameIsNoTitle = async (name: string | undefined) => {
    const own = (await hunts.list()).find(({ title }) => title.toLowerCase() === name?.toLowerCase());
    if (own !== undefined) throw huntExists(own.title);
  };
  const keeper = ({ name, scopes, user }: Principal): HuntKeeper => ({
    ...{ user: user.id, isAdmin: scopes.has('admin'), actor: name, at: clock.now() },
  });
  return [
    route(
      {
        method: 'get',
        path: '/api/hunts',
        name: 'listHunts',
        summary:
          'The hunting queries that Weir brings along, and those that people keep, with how to read what they find.',
        needs: 'read',
        answer: z.object({ hunts: z.array(hunt), saved: z.array(saved) }),
        passive: true,
      },
      async () => ({
        hunts: (await hunts.list()).map(
          ({ name, title, hypothesis, techniques, needs, query, reading, benign }): z.input<typeof hunt> => ({
            ...{ name, title, hypothesis, query, reading, benign },
            techniques: [...techniques],
            needs: [...needs],
          }),
        ),
        saved: savedHunts.list().map(record),
      }),
    ),
    route(
      {
        method: 'post',
        path: '/api/hunts',
        name: 'saveHunt',
        summary: 'Keep a hunting query for all. One that does not compile is refused with its places.',
        needs: 'write',
        body: z.strictObject({ ...fields, reading: fields.reading.default(''), range: fields.range.default('') }),
        answer: saved,
        status: 201,
      },
      async ({ body, who, signal }) => {
        await nameIsNoTitle(body.name);
        await compiles(body.query, who, signal);
        return record(savedHunts.add(body, keeper(who)));
      },
    ),
    route(
      {
        method: 'patch',
        path: '/api/hunts/{id}',
        name: 'changeHunt',
        summary:
          "Change one's own hunt; an administrator changes those of others too. Refused (409) where it is not as it was " +
          'in the revision that the change was made on.',
        needs: 'write',
        params,
        body: z
          .strictObject({ ...z.strictObject(fields).partial().shape, revision: z.int().min(1) })
          .refine((body) => Object.keys(body).length > 1, 'say what to change'),
        answer: saved,
      },
      async ({ params: { id }, body, who, signal }) => {
        await nameIsNoTitle(body.name);
        if (body.query !== undefined) await compiles(body.query, who, signal);
        return record(savedHunts.change(id, defined(body), keeper(who)));
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/hunts/{id}',
        name: 'removeHunt',
        summary: "Delete one's own hunt; an administrator deletes those of others too. The trail keeps its query.",
        needs: 'write',
        params,
      },
      ({ params: { id }, who }) => savedHunts.remove(id, keeper(who)),
    ),
  ];
}

function record({ changed, ...rest }: SavedHunt): z.input<typeof saved> {
  return { ...rest, changed: told(changed) };
}
