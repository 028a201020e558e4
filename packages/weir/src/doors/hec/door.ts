import { type Context, Hono } from 'hono';
import { tokenOf } from '../access.ts';
import { BodyRefused, withBody } from '../body.ts';
import { type Bindings, type HttpDoorOptions, hungUp, incomingOf } from '../context.ts';
import { Busy, type Reception } from '../reception.ts';
import type { Sorter } from '../sorter.ts';
import { Acks } from './acks.ts';
import { hecAnswer } from './answers.ts';
import { type HecDefaults, hecEvents, rawLines } from './events.ts';

/** Splunk's HTTP Event Collector. While there is no room a client is held, and then its connection is closed: that is what
 *  all of them send again after, and some lose what they sent over any answer. */
export function hecDoor({ reception, authorize }: HttpDoorOptions): Hono<Bindings> {
  const acks = new Acks(reception.clock.now());
  const door = new Hono<Bindings>();
  const root = '/services/collector';

  /** Who sends, or the refusal. */
  const sender = (context: Context<Bindings>): string | Response => {
    const header = context.req.header('authorization');
    if (header === undefined)
      return hecAnswer(context, context.req.query('token') === undefined ? 'tokenRequired' : 'queryToken');
    const token = tokenOf(header);
    if (token === undefined) return hecAnswer(context, 'invalidAuthorization');
    const sender = authorize(token, 'ingest');
    if (typeof sender === 'string') return sender;
    // With the code that clients know; the words are for who reads their log.
    return context.json({ text: `Invalid token: ${sender.reason}`, code: 4 }, 403);
  };

  /** What all requests with events have in common. */
  const taking = async (
    context: Context<Bindings>,
    take: (body: Buffer, defaults: HecDefaults) => Promise<Response | undefined>,
  ): Promise<Response> => {
    const from = sender(context);
    if (typeof from !== 'string') return from;
    const channel = channelOf(context);
    if (channel !== undefined && !isGuid(channel)) return hecAnswer(context, 'invalidChannel');
    const { sourcetype, source } = context.req.query();
    try {
      return await withBody(incomingOf(context), reception, async (body) => {
        if (body.length === 0) return hecAnswer(context, 'noData');
        const refused = await take(body, { sourcetype, source, sender: from });
        if (refused) return refused;
        return hecAnswer(context, 'success', channel === undefined ? {} : { ackId: acks.give(channel) });
      });
    } catch (error) {
      return refusal(context, error);
    }
  };

  for (const path of ['', '/event', '/event/1.0'])
    door.post(`${root}${path}`, (context) =>
      taking(context, async (body, defaults) => {
        const events = await hecEvents(body, defaults);
        if ('answer' in events) return hecAnswer(context, events.answer, { 'invalid-event-number': events.event });
        await takeSorted(reception, events);
        return undefined;
      }),
    );
  for (const path of ['/raw', '/raw/1.0'])
    door.post(`${root}${path}`, (context) =>
      taking(context, async (body, defaults) => {
        await takeSorted(reception, await rawLines(body, defaults));
        return undefined;
      }),
    );
  for (const path of ['/health', '/health/1.0'])
    door.get(`${root}${path}`, (context) => hecAnswer(context, reception.isBusy ? 'unhealthy' : 'healthy'));
  for (const path of ['/ack', '/ack/1.0'])
    door.post(`${root}${path}`, async (context) => {
      const from = sender(context);
      if (typeof from !== 'string') return from;
      const channel = channelOf(context);
      if (channel === undefined) return hecAnswer(context, 'channelMissing');
      if (!isGuid(channel)) return hecAnswer(context, 'invalidChannel');
      try {
        const asked = await withBody(incomingOf(context), reception, async (body) => askedIds(body));
        return asked ? context.json({ acks: acks.tell(channel, asked) }) : hecAnswer(context, 'invalidData');
      } catch (error) {
        return refusal(context, error);
      }
    });
  return door;
}

/** What a body that is not taken is answered with. */
function refusal(context: Context<Bindings>, error: unknown): Response {
  if (error instanceof Busy) return hungUp(context);
  if (!(error instanceof BodyRefused)) throw error;
  return context.json({ text: error.message, code: 6 }, error.status);
}

async function takeSorted(reception: Reception, events: Sorter): Promise<void> {
  await reception.takeOnce(
    events.bodies().map((parcel) => ({ ...parcel, door: 'hec' })),
    { growing: true },
  );
}

function channelOf(context: Context<Bindings>): string | undefined {
  return context.req.header('x-splunk-request-channel') ?? context.req.query('channel');
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function askedIds(body: Buffer): number[] | undefined {
  try {
    const { acks } = JSON.parse(body.toString('utf8'));
    return Array.isArray(acks) && acks.every((id) => Number.isSafeInteger(id)) ? acks : undefined;
  } catch {
    return undefined;
  }
}
