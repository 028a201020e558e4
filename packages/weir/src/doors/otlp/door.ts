import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { tokenOf } from '../access.ts';
import { BodyRefused, withBody } from '../body.ts';
import { type Bindings, type HttpDoorOptions, incomingOf } from '../context.ts';
import { Busy } from '../reception.ts';
import { decodeRequest, encode } from './descriptor.ts';
import { logRecords } from './records.ts';
import { type LogsRequest, logsRequest } from './values.ts';

const types = { json: 'application/json', protobuf: 'application/x-protobuf' } as const;
type Form = keyof typeof types;

/** gRPC's codes that OTLP's errors carry. */
const invalid = 3;
const unauthenticated = 16;
const denied = 7;
const unavailable = 14;

/** OTLP's logs over HTTP, in JSON and protobuf. While there is no room a client is held and then told when to come again,
 *  which the protocol has. */
export function otlpDoor({ reception, authorize }: HttpDoorOptions): Hono<Bindings> {
  const door = new Hono<Bindings>();
  door.post('/v1/logs', async (context) => {
    const form = formOf(context.req.header('content-type'));
    if (form === undefined) return failed(context, 'json', 415, invalid, `send ${types.protobuf} or ${types.json}`);
    const sender = authorize(tokenOf(context.req.header('authorization')), 'ingest');
    if (typeof sender !== 'string')
      return failed(context, form, sender.status, sender.status === 401 ? unauthenticated : denied, sender.reason);
    try {
      return await withBody(incomingOf(context), reception, async (body) => {
        const request = requestOf(form, body);
        if (request === undefined)
          return failed(context, form, 400, invalid, 'the body is no ExportLogsServiceRequest');
        const { records, empty, found } = logRecords(request, sender);
        if (found === 0 && !isEmpty(form, body)) return failed(context, form, 400, invalid, noRecord);
        // Records have their times beside them: a request is the same again as a whole.
        const whole = createHash('sha256').update(body).digest();
        const bodies = records.bodies().map((parcel, index) => ({ ...parcel, sent: [whole, Buffer.from(`${index}`)] }));
        await reception.takeOnce(bodies.map((parcel) => ({ ...parcel, door: 'otlp' })));
        const partialSuccess =
          empty === 0
            ? {}
            : { rejectedLogRecords: String(empty), errorMessage: 'log records without body and attributes' };
        return answer(context, form, 200, 'Response', form === 'protobuf' && empty === 0 ? {} : { partialSuccess });
      });
    } catch (error) {
      if (error instanceof Busy)
        return failed(context, form, 503, unavailable, 'busy: nothing was taken', { 'retry-after': '1' });
      if (error instanceof BodyRefused) return failed(context, form, error.status, invalid, error.message);
      throw error;
    }
  });
  return door;
}

const noRecord = 'the body holds no log record: these are resourceLogs[].scopeLogs[].logRecords[]';

/** Whether a body is a request that asks for nothing. What is no field of a request is passed over, as OTLP wants it, and so a
 *  body of something else would look like one. */
function isEmpty(form: Form, body: Buffer): boolean {
  return form === 'json'
    ? /^\s*\{\s*("resourceLogs"\s*:\s*\[\s*\]\s*)?\}\s*$/.test(body.toString('utf8'))
    : body.length === 0;
}

function formOf(contentType: string | undefined): Form | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  return (['json', 'protobuf'] as const).find((form) => types[form] === type);
}

function requestOf(form: Form, body: Buffer): LogsRequest | undefined {
  try {
    const value = form === 'json' ? JSON.parse(body.toString('utf8')) : decodeRequest(body);
    return logsRequest.safeParse(value).data;
  } catch {
    return undefined;
  }
}

function failed(
  context: Context<Bindings>,
  form: Form,
  status: 400 | 401 | 403 | 413 | 415 | 503,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return answer(context, form, status, 'Status', { code, message }, headers);
}

function answer(
  context: Context<Bindings>,
  form: Form,
  status: 200 | 400 | 401 | 403 | 413 | 415 | 503,
  name: 'Response' | 'Status',
  value: Record<string, unknown>,
  headers: Record<string, string> = {},
): Response {
  const body = form === 'json' ? JSON.stringify(value) : encode(name, value);
  return context.body(body, status, { ...headers, 'content-type': types[form] });
}
