import { z } from '@hono/zod-openapi';
import { jsonLong } from '../../report/harmless.ts';
import { masked } from '../../report/presentable.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { long, moment, paging, told, toldOrNull } from '../shapes.ts';

const source = z
  .object({
    source: z.string(),
    door: z.string(),
    state: z.enum(['ok', 'degraded', 'failed']),
    reason: z.string(),
    firstReceived: moment.nullable(),
    lastReceived: moment.nullable(),
    lastEvent: moment.nullable(),
    records: long,
    rows: long,
    rejects: long,
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
        sources: sources.list().map(({ firstReceived, lastReceived, lastEvent, records, rows, rejects, ...rest }) => ({
          ...rest,
          firstReceived: toldOrNull(firstReceived),
          lastReceived: toldOrNull(lastReceived),
          lastEvent: toldOrNull(lastEvent),
          records: jsonLong(records),
          rows: jsonLong(rows),
          rejects: jsonLong(rejects),
        })),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/api/sources/{source}/rejects',
        name: 'sourceRejects',
        summary: 'Records of a source that could not be read, the latest first.',
        needs: 'read',
        params: z.strictObject({ source: z.string().min(1).max(1_000) }),
        query: z.strictObject({ limit: paging.limit }),
        answer: z.object({
          rejects: z.array(z.object({ at: moment, reason: z.string(), line: z.int().nullable(), text: z.string() })),
        }),
      },
      async ({ params, query }) => ({
        rejects: (await sources.rejects(params.source, query)).map(({ at, ...rest }) => ({
          ...masked(rest),
          at: told(at),
        })),
      }),
    ),
  ];
}
