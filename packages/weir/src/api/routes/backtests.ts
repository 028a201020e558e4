import { z } from '@hono/zod-openapi';
import { type Route, route } from '../http/route.ts';
import type { BacktestJob, Parts } from '../parts.ts';
import { givenMoment, moment, told, toldOrNull } from '../shapes.ts';

const version = z.union([
  z.strictObject({ id: z.string().min(1).max(200) }),
  z.strictObject({ yaml: z.string().min(1).max(200_000) }),
]);

const job = z
  .object({
    id: z.string(),
    by: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
    started: moment,
    ended: moment.nullable(),
    progress: z.string(),
    problem: z.object({ code: z.string(), message: z.string(), advice: z.string() }).nullable(),
  })
  .openapi('BacktestJob');

const params = z.strictObject({ id: z.string().regex(/^[\w-]{1,64}$/) });

/** Rules played over the lake's history, as jobs. */
export function backtestRoutes({ backtests, clock }: Pick<Parts, 'backtests' | 'clock'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/backtests',
        name: 'listBacktests',
        summary: 'Back-tests, the latest first.',
        needs: 'read',
        answer: z.object({ jobs: z.array(job) }),
        passive: true,
      },
      () => ({ jobs: backtests.list().map(record) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/backtests',
        name: 'startBacktest',
        summary: 'Play a rule, or a text that is to become one, over the history that is there.',
        needs: 'write',
        body: z.strictObject({
          rule: version,
          against: version.nullable().default(null),
          since: givenMoment.nullable().default(null),
          until: givenMoment.nullable().default(null),
        }),
        answer: job,
        status: 202,
      },
      async ({ body, who }) => record(await backtests.start(body, { actor: who.name, at: clock.now() })),
    ),
    route(
      {
        method: 'get',
        path: '/api/backtests/{id}',
        name: 'getBacktest',
        summary: 'How a back-test does; its result when it is done, as weir backtest prints it.',
        needs: 'read',
        params,
        answer: job.extend({ result: z.unknown() }),
        passive: true,
      },
      ({ params: { id } }) => {
        const found = backtests.get(id);
        return { ...record(found), result: found.result ?? null };
      },
    ),
    route(
      {
        method: 'delete',
        path: '/api/backtests/{id}',
        name: 'cancelBacktest',
        summary: 'Cancel a back-test.',
        needs: 'write',
        params,
        answer: job,
      },
      ({ params: { id }, who }) => record(backtests.cancel(id, { actor: who.name, at: clock.now() })),
    ),
  ];
}

function record({ id, by, state, started, ended, progress, problem }: BacktestJob): z.input<typeof job> {
  return { id, by, state, started: told(started), ended: toldOrNull(ended), progress, problem };
}
