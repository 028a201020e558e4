import { z } from '@hono/zod-openapi';
import { needs } from '../../model/finding.ts';
import { masked } from '../../report/presentable.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { long, longOrNull, moment, seconds, told, toldOrNull } from '../shapes.ts';

const count = z.int().min(0);

const coverage = z
  .object({
    sight: z.object({
      from: moment,
      until: moment,
      /** That left; those within one's own network are not among them. */
      connections: count,
      devices: count,
      needs: z.array(
        z.object({
          need: z.enum(needs),
          known: count,
          /** Devices of which it is known for no connection; names of the first few. */
          blind: z.object({ devices: count, most: z.array(z.string()) }),
        }),
      ),
      /** Connections by who told of them, those within one's own network too. */
      fusion: z.array(z.object({ told: z.enum(['endpoint', 'flow', 'fused']), connections: count })),
    }),
    techniques: z.array(
      z.object({
        technique: z.string(),
        /** Empty where Weir has no name for it. */
        name: z.string(),
        rules: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            tests: count,
            needs: z.array(z.object({ what: z.string(), present: z.boolean() })),
            /** Connections of which all is known that it needs. */
            sees: count,
          }),
        ),
      }),
    ),
  })
  .openapi('Coverage');

const storage = z
  .object({
    /** Seconds. */
    keep: z.number(),
    /** Bytes; null: as large as it gets. */
    most: long.nullable(),
    /** Of the connections that are there. */
    oldest: moment.nullable(),
    /** Bytes that wait to be made rows. */
    journal: count,
    tables: z.array(z.object({ table: z.string(), segments: count, rows: count, bytes: count })),
    /** Bytes. */
    disk: z.object({ free: count, size: count }),
  })
  .openapi('Storage');

/** What would be seen, and what would be missed. */
export function coverageRoutes({ rules, storage: desk }: Pick<Parts, 'rules' | 'storage'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/coverage',
        name: 'coverage',
        summary: 'Techniques, the rules against them, and of how many connections the data that they need is there.',
        needs: 'read',
        answer: coverage,
        passive: true,
      },
      async () => {
        const { sight, techniques } = await rules.coverage();
        return {
          sight: {
            ...{ ...sight, from: told(sight.from), until: told(sight.until) },
            needs: sight.needs.map(({ blind, ...need }) => ({
              ...need,
              blind: { ...blind, most: [...masked(blind.most)] },
            })),
            fusion: [...sight.fusion],
          },
          techniques: techniques.map((technique) => ({
            ...technique,
            rules: technique.rules.map((one) => ({ ...one, needs: [...one.needs] })),
          })),
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/storage',
        name: 'storage',
        summary: 'How much is kept, how long, and what room is left.',
        needs: 'read',
        answer: storage,
        passive: true,
      },
      async () => {
        const { keep, most, oldest, tables, ...rest } = await desk.look();
        return {
          ...rest,
          keep: seconds(keep),
          most: longOrNull(most),
          oldest: toldOrNull(oldest),
          tables: [...tables],
        };
      },
    ),
  ];
}
