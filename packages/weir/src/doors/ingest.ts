import { Hono } from 'hono';
import { tokenOf } from './access.ts';
import { BodyRefused, withBody } from './body.ts';
import { type Bindings, type HttpDoorOptions, incomingOf } from './context.ts';
import { problem } from './problem.ts';
import { Busy } from './reception.ts';

const sourcePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** `POST /ingest/{source}`: a body as a file would hold it, of any text format that scan reads: NDJSON, arrays, Event Hub's
 *  `{"records":[…]}`, CSV or Zeek's text with their header lines, lines of CEF. Answers 202 once it is on disk. An
 *  equal body is the same again, unless it comes with an `Idempotency-Key` of its own. */
export function ingestDoor({ reception, authorize }: HttpDoorOptions): Hono<Bindings> {
  const door = new Hono<Bindings>();
  door.post('/ingest/:source', async (context) => {
    const sender = authorize(tokenOf(context.req.header('authorization')), 'ingest');
    if (typeof sender !== 'string')
      return problem(context, sender.status, 'Not authorized', sender.reason, { 'www-authenticate': 'Bearer' });
    const source = context.req.param('source');
    if (!sourcePattern.test(source))
      return problem(
        context,
        400,
        'Not a source',
        'A source is named by up to 100 letters, digits, dots, dashes and underscores, the first a letter or digit.',
      );
    try {
      return await withBody(incomingOf(context), reception, async (body) => {
        if (body.length === 0) return problem(context, 400, 'Nothing sent', 'The body is empty.');
        const key = context.req.header('idempotency-key');
        const sent = key === undefined ? [body] : [Buffer.from(key), body];
        await reception.takeOnce([{ door: 'http', source, body, sent }]);
        return context.json({ source, bytes: body.length }, 202);
      });
    } catch (error) {
      if (error instanceof BodyRefused) return problem(context, error.status, 'Body refused', error.message);
      if (error instanceof Busy)
        return problem(context, 503, 'Busy', 'Nothing was taken; send it again.', { 'retry-after': '5' });
      throw error;
    }
  });
  return door;
}
