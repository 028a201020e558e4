import { z } from '@hono/zod-openapi';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { integer, paging } from '../shapes.ts';
import { trailEntry, trailRecord } from './alertShapes.ts';

/** Who did what, for administrators. Nothing of it can be changed here. */
export function trailRoutes({ trail }: Pick<Parts, 'trail'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/trail',
        name: 'readTrail',
        summary: 'Entries of the audit trail, in order.',
        needs: 'admin',
        query: z.strictObject({
          subject: z.string().min(1).max(200).optional(),
          after: integer().default(0),
          limit: paging.limit,
        }),
        answer: z.object({ entries: z.array(trailEntry), last: z.int() }),
      },
      ({ query: { subject, ...rest } }) => ({
        entries: trail.read({ ...rest, ...(subject === undefined ? {} : { subject }) }).map(trailRecord),
        last: trail.last(),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/trail/check',
        name: 'checkTrail',
        summary: 'Reads the whole trail again: whether it is as it was written.',
        needs: 'admin',
        answer: z.object({
          entries: z.int(),
          /** Of the last entry: kept elsewhere, it proves later that nothing before it was rewritten. */
          head: z.string(),
          faults: z.array(z.object({ entry: z.int(), what: z.string() })),
        }),
      },
      async () => {
        const { faults, ...rest } = await trail.check();
        return { ...rest, faults: [...faults] };
      },
    ),
  ];
}
