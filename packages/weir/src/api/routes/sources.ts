import { z } from '@hono/zod-openapi';
import { masked } from '../../report/presentable.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { moment, paging, told, toldOrNull } from '../shapes.ts';

const word = z.string().min(1).max(1_000);
const count = z.int().min(0);

const source = z
  .object({
    door: z.string(),
    source: z.string(),
    /** Empty where it is not known. */
    format: z.string(),
    state: z.enum(['ok', 'degraded', 'failed']),
    reason: z.string(),
    firstReceived: moment,
    lastReceived: moment,
    entries: count,
    repeated: count,
    bytes: count,
    /** rows + rejects + ignored + unsplit. */
    records: count,
    rows: count,
    rejects: count,
    ignored: count,
    unsplit: count,
    /** Bodies of which nothing could be read, and that are kept aside. */
    aside: count,
    /** None of its rows has a later time. */
    newest: moment.nullable(),
  })
  .openapi('Source');

/** Where logs come from, and how each does. */
export function sourceRoutes({ sources }: Pick<Parts, 'sources'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/sources',
        name: 'listSources',
        summary: 'All sources: when they last sent, how much, and what could not be read.',
        needs: 'read',
        answer: z.object({ sources: z.array(source) }),
        passive: true,
      },
      () => ({
        sources: sources.list().map(({ firstReceived, lastReceived, newest, ...rest }) => ({
          ...masked(rest),
          newest: toldOrNull(newest),
          firstReceived: told(firstReceived),
          lastReceived: told(lastReceived),
        })),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/rejects',
        name: 'listRejects',
        summary:
          'Records and whole bodies that could not be read, the latest first; of one door or source where it is named.',
        needs: 'read',
        query: z.strictObject({ door: word.optional(), source: word.optional(), limit: paging.limit }),
        answer: z.object({
          rejects: z.array(
            z.object({
              at: moment,
              door: z.string(),
              source: z.string(),
              line: z.int(),
              reason: z.string(),
              text: z.string(),
            }),
          ),
        }),
      },
      async ({ query: { door, source: of, limit } }) => {
        const asked = { ...(door === undefined ? {} : { door }), ...(of === undefined ? {} : { source: of }), limit };
        return {
          rejects: (await sources.rejects(asked)).map(({ at, ...rest }) => ({ ...masked(rest), at: told(at) })),
        };
      },
    ),
  ];
}
