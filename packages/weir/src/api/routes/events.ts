import { z } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Clock } from '../../model/clock.ts';
import { jsonText } from '../../report/harmless.ts';
import { RequestError } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { integer } from '../shapes.ts';
import { alertRecord } from './alertShapes.ts';

/** How often the trail is looked at, and a silent stream says that it lives, in ticks. */
const lookEvery = 5_000_000n;
const lifeEvery = 150_000_000n;

/** Entries of the trail at a time; streams at a time. */
const batch = 200;
const streamsMax = 64;

/** New and changed alerts as they come. */
export function eventRoutes({
  alerts,
  trail,
  clock,
  metrics,
}: Pick<Parts, 'alerts' | 'trail' | 'clock' | 'metrics'>): Route[] {
  let streams = 0;
  return [
    route(
      {
        method: 'get',
        path: '/api/events',
        name: 'events',
        summary:
          'Alerts that something happened to, as server-sent events `alert`; an id that comes back as Last-Event-ID goes on from there.',
        needs: 'read',
        query: z.strictObject({
          after: integer().optional(),
        }),
        answerType: 'text/event-stream',
        passive: true,
      },
      ({ context, query, still }) => {
        if (streams >= streamsMax)
          throw new RequestError(503, 'STREAMS_MANY', '/api/events', 'too many streams are open', 'Close some pages.');
        const last = context.req.header('last-event-id');
        if (last !== undefined && !/^\d{1,15}$/.test(last))
          throw new RequestError(
            400,
            'REQUEST_INVALID',
            'Last-Event-ID',
            'this is no id of these events',
            'Leave it out.',
          );
        const after = last === undefined ? (query.after ?? trail.last()) : Number(last);
        streams += 1;
        metrics.api.listening.set(streams);
        const ended = () => {
          streams -= 1;
          metrics.api.listening.set(streams);
        };
        return streamSSE(context, (stream) => tell(stream, { after, still, clock, alerts }).finally(ended));
      },
    ),
  ];
}

/** Tells until the client goes away, or may no longer listen. */
async function tell(
  stream: SSEStreamingApi,
  {
    after,
    still,
    clock,
    alerts,
  }: {
    readonly after: number;
    readonly still: () => boolean;
    readonly clock: Clock;
    readonly alerts: Pick<Parts['alerts'], 'changedAfter' | 'grownAfter' | 'grew'>;
  },
): Promise<void> {
  const gone = new AbortController();
  stream.onAbort(() => gone.abort());
  let upTo = after;
  let { grew } = alerts;
  let told = clock.now();
  // The id is known to the client from the beginning, so that it misses nothing when it comes back.
  await stream.writeSSE({ event: 'begin', id: String(upTo), data: '{}' });
  while (!stream.aborted && still()) {
    const news = alerts.changedAfter(upTo, batch);
    const known = new Set(news.alerts.map(({ id }) => id));
    const grown = alerts.grownAfter(grew).filter(({ id }) => !known.has(id));
    grew = alerts.grew;
    for (const alert of [...news.alerts, ...grown])
      await stream.writeSSE({ event: 'alert', data: jsonText(alertRecord(alert)) });
    if (news.upTo > upTo) {
      upTo = news.upTo;
      // After the alerts: a stream that breaks among them tells all of them again.
      await stream.writeSSE({ event: 'upto', id: String(upTo), data: '{}' });
      told = clock.now();
      continue;
    }
    if (clock.now() - told >= lifeEvery) {
      await stream.write(': still here\n\n');
      told = clock.now();
    }
    await clock.sleep(lookEvery, gone.signal).catch(() => undefined);
  }
}
