import { z } from '@hono/zod-openapi';
import type { Health } from '../../operate/health.ts';
import type { Metrics } from '../../operate/metrics.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { moment, told } from '../shapes.ts';

const state = z.enum(['ok', 'degraded', 'failed']);
const brief = z.object({ state });
const health = z
  .object({
    state,
    ready: z.boolean(),
    parts: z.array(z.object({ part: z.string(), state, reason: z.string(), since: moment })),
  })
  .openapi('Health');

/** How the service is: in a word for who watches it from outside, in full for who may read. */
export function healthRoutes({
  health: parts,
  metrics,
}: {
  readonly health: Health;
  readonly metrics: Metrics;
}): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/healthz',
        name: 'alive',
        summary: 'Whether it lives, and the state of its worst part: 200 always.',
        needs: 'nothing',
        answer: brief,
      },
      () => ({ state: parts.state }),
    ),
    route(
      {
        method: 'get',
        path: '/readyz',
        name: 'ready',
        summary: 'Whether logs and requests may be sent: 200 or 503.',
        needs: 'nothing',
        answer: brief,
      },
      () => {
        if (parts.ready) return { state: parts.state };
        const message = 'the service does not take logs or requests now';
        throw new RequestError(
          503,
          'NOT_READY',
          'weir',
          message,
          'GET /api/health says which part, why and since when.',
        );
      },
    ),
    route(
      {
        method: 'get',
        path: '/api/health',
        name: 'health',
        summary: 'How each part is, why, and since when.',
        needs: 'read',
        answer: health,
        passive: true,
      },
      () => ({
        state: parts.state,
        ready: parts.ready,
        parts: [...parts.parts].map(([part, { since, ...rest }]) => ({ part, ...rest, since: told(since) })),
      }),
    ),
    route(
      {
        method: 'get',
        path: '/metrics',
        name: 'metrics',
        summary: 'What the service counts of itself, for Prometheus.',
        needs: 'read',
        answerType: 'text/plain',
        passive: true,
      },
      async ({ context }) =>
        context.body(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
    ),
  ];
}
