import { z } from '@hono/zod-openapi';
import type { DeadLetter } from '../../notify/undelivered.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { integer, moment, paging, told } from '../shapes.ts';

const message = z
  .object({
    id: z.int(),
    destination: z.string(),
    made: moment,
    ended: moment,
    attempts: z.int(),
    /** What the destination said last. */
    error: z.string(),
    kind: z.enum(['one', 'rule', 'digest', 'retro', 'exception-ended', 'batch']),
    /** Alerts and ends of exceptions that it tells of, and notices that were put together in it. */
    subjects: z.int(),
    notices: z.int(),
  })
  .openapi('UndeliveredMessage');

/** Messages to destinations that were given up, for administrators. */
export function undeliveredRoutes({ undelivered, clock }: Pick<Parts, 'undelivered' | 'clock'>): Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/api/undelivered',
        name: 'listUndelivered',
        summary: 'Messages that were given up, the latest first: refused by their destination, or too old.',
        needs: 'admin',
        query: z.strictObject({ limit: paging.limit }),
        answer: z.object({ messages: z.array(message) }),
      },
      ({ query: { limit } }) => ({ messages: undelivered.list(limit).map(record) }),
    ),
    route(
      {
        method: 'post',
        path: '/api/undelivered/{id}/again',
        name: 'sendAgain',
        summary: 'Send a message after all, with the key that it had; to another destination where one is named.',
        needs: 'admin',
        params: z.strictObject({ id: integer({ min: 1 }) }),
        query: z.strictObject({ to: z.string().max(200).optional() }),
        answer: message,
      },
      ({ params: { id }, query: { to }, who }) =>
        record(undelivered.again(id, { actor: who.name, at: clock.now() }, to)),
    ),
    route(
      {
        method: 'post',
        path: '/api/undelivered/{id}/accept',
        name: 'acceptUndelivered',
        summary: 'Accept that a message is not delivered, with the reason for the trail: it is told no more.',
        needs: 'admin',
        params: z.strictObject({ id: integer({ min: 1 }) }),
        body: z.strictObject({ reason: z.string().trim().min(3).max(2_000) }),
        answer: message,
      },
      ({ params: { id }, body: { reason }, who }) =>
        record(undelivered.accept(id, reason, { actor: who.name, at: clock.now() })),
    ),
  ];
}

function record({ made, ended, summary, ...rest }: DeadLetter): z.input<typeof message> {
  const { kind, subjects, notices } = summary;
  return { ...rest, made: told(made), ended: told(ended), kind, subjects, notices };
}
