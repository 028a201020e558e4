import { z } from '@hono/zod-openapi';
import { masked } from '../../report/presentable.ts';
import { type Route, route } from '../http/route.ts';
import { type EntityShare, type Parts, pagedKinds } from '../parts.ts';
import { givenMoment, long, longOrNull, moment, told, toldOrNull } from '../shapes.ts';
import { keyOf, queryId, timedBy } from './queries.ts';

const count = z.int().min(0);
/** Bytes are of the connections of which they are known; null: of none. */
const left = { bytesSent: long.nullable(), connections: count, bytesKnown: count };
const share = z.object({
  /** Empty where it is not known. */
  name: z.string(),
  /** Of services: whether the catalogue has it; else it is a domain. */
  isService: z.boolean(),
  ...left,
  days: count,
});

const entity = z
  .object({
    kind: z.enum(pagedKinds),
    name: z.string(),
    /** The days that were looked at, and the one that is compared with those before it. */
    from: moment,
    until: moment,
    looked: moment,
    /** Of all connections that are kept. */
    oldest: moment.nullable(),
    /** Within the days that were looked at. */
    firstSeen: moment.nullable(),
    lastSeen: moment.nullable(),
    /** Days without a connection are left out. */
    days: z.array(z.object({ day: moment, ...left })),
    usual: z.object({ days: count, median: long.nullable(), p90: long.nullable(), isLearning: z.boolean() }),
    services: z.array(share),
    devices: z.array(share),
    processes: z.array(share),
    accounts: z.array(share),
  })
  .openapi('Entity');

/** Devices, accounts, programs and services by what left. */
export function entityRoutes(parts: Pick<Parts, 'entities' | 'metrics' | 'clock'>): Route[] {
  const { entities, clock } = parts;
  const timed = timedBy(parts);
  return [
    route(
      {
        method: 'get',
        path: '/api/entities/{kind}/{name}',
        name: 'getEntity',
        summary:
          'What left of an entity each day, what is usual of it, and what it deals with: the 30 days before a day (`at`, else today), that day, and up to a week after it.',
        needs: 'read',
        params: z.strictObject({ kind: z.enum(pagedKinds), name: z.string().min(1).max(1_000) }),
        query: z.strictObject({ id: queryId, at: givenMoment.optional() }),
        answer: entity,
      },
      async ({ params: { kind, name }, query: { id, at }, who, signal }) => {
        const present = clock.now();
        const asked = { kind, name, at: at === undefined || at > present ? present : at, present };
        const asking = { id: keyOf(who, id), who: who.name };
        const { from, until, looked, oldest, firstSeen, lastSeen, days, usual, ...tops } = await timed(() =>
          entities.get(asked, asking, signal),
        );
        return {
          ...{ kind, name: masked(name), from: told(from), until: told(until), looked: told(looked) },
          ...{ oldest: toldOrNull(oldest), firstSeen: toldOrNull(firstSeen), lastSeen: toldOrNull(lastSeen) },
          days: days.map((each) => ({ ...each, day: told(each.day), bytesSent: longOrNull(each.bytesSent) })),
          usual: { ...usual, median: longOrNull(usual.median), p90: longOrNull(usual.p90) },
          services: tops.services.map(shareRecord),
          devices: tops.devices.map(shareRecord),
          processes: tops.processes.map(shareRecord),
          accounts: tops.accounts.map(shareRecord),
        };
      },
    ),
  ];
}

function shareRecord({ name, bytesSent, ...rest }: EntityShare): z.input<typeof share> {
  return { ...rest, name: masked(name), bytesSent: longOrNull(bytesSent) };
}
