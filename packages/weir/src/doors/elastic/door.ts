import { type Context, Hono } from 'hono';
import { tokenOf } from '../access.ts';
import { BodyRefused, withBody } from '../body.ts';
import { type Bindings, type HttpDoorOptions, hungUp, incomingOf } from '../context.ts';
import { Busy } from '../reception.ts';
import { readBulk } from './bulk.ts';
import { handshake } from './handshake.ts';

/** Elasticsearch's `_bulk` with what its clients ask first. While there is no room a request is held and then its connection
 *  closed, and so is what they ask to learn whether it is back: rsyslog loses what it sent over any answer in JSON and sends
 *  it over and over after any other; syslog-ng takes items with status 429 for a success. */
export function elasticDoor({ reception, authorize }: HttpDoorOptions): Hono<Bindings> {
  const door = new Hono<Bindings>();
  const isOurs = (path: string): boolean => path === '/' || path.startsWith('/_') || path.endsWith('/_bulk');
  door.use(async (context, next) => {
    if (!isOurs(context.req.path)) return next();
    const asks = context.req.path === '/_cat/health' || (context.req.path === '/' && context.req.method === 'HEAD');
    if (asks && reception.isBusy) return hungUp(context);
    await next();
    // The clients of the vendor talk to nothing that does not say so.
    if (context.res.headers.get('x-hono-already-sent') === null)
      context.res.headers.set('x-elastic-product', 'Elasticsearch');
  });
  door.route('/', handshake());

  const failed = (context: Context<Bindings>, status: 400 | 401 | 403 | 413 | 415, type: string, reason: string) =>
    context.json({ error: { root_cause: [{ type, reason }], type, reason }, status }, status);

  const bulk = async (context: Context<Bindings>, index: string | undefined): Promise<Response> => {
    const begun = reception.clock.now();
    const sender = authorize(tokenOf(context.req.header('authorization')), 'ingest');
    if (typeof sender !== 'string') return failed(context, sender.status, 'security_exception', sender.reason);
    try {
      return await withBody(incomingOf(context), reception, async (body) => {
        let read = await readBulk(body, index, reception.received);
        while ('keys' in read && (await reception.settled(read.keys)))
          read = await readBulk(body, index, reception.received);
        if ('reason' in read) return failed(context, 400, 'illegal_argument_exception', read.reason);
        await reception.takeOnce(
          read.documents.bodies().map((parcel) => ({ ...parcel, door: 'bulk' })),
          { growing: true },
        );
        const took = Number((reception.clock.now() - begun) / 10_000n);
        return context.json({ took, errors: read.errors, items: read.items });
      });
    } catch (error) {
      if (error instanceof Busy) return hungUp(context);
      if (error instanceof BodyRefused)
        return failed(context, error.status, 'illegal_argument_exception', error.message);
      throw error;
    }
  };
  door.on(['POST', 'PUT'], '/_bulk', (context) => bulk(context, undefined));
  door.on(['POST', 'PUT'], '/:index/_bulk', (context) => bulk(context, context.req.param('index')));
  return door;
}
