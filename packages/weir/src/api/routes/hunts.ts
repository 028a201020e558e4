import { z } from '@hono/zod-openapi';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';

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

/** Questions to the logs that would be too noisy as alerts. */
export function huntRoutes({ hunts }: Pick<Parts, 'hunts'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/hunts',
        name: 'listHunts',
        summary: 'The hunting queries that Weir brings along, with how to read what they find.',
        needs: 'read',
        answer: z.object({ hunts: z.array(hunt) }),
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
      }),
    ),
  ];
}
