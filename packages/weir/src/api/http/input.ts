import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Mistake, RequestError } from './problem.ts';

/** The largest body of a request to the API, bytes. Logs come in by other doors. */
export const bodyMax = 1024 * 1024;

const tooLarge = () =>
  new RequestError(413, 'BODY_TOO_LARGE', 'body', `the body is larger than ${bodyMax} bytes`, 'Send less at a time.');

/** A part of a request by its schema.
 *  @throws RequestError 400 with every mistake at its place */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, part: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(
    ({ code, path, message, ...issue }): Mistake => ({
      code,
      place: [part, ...path.map(String)].join('.'),
      message: 'keys' in issue ? `${message}; ${part} knows ${keysOf(schema)}` : message,
    }),
  );
  const [first] = mistakes;
  throw new RequestError(
    400,
    'REQUEST_INVALID',
    first?.place ?? part,
    first?.message ?? 'it is not as it should be',
    'The OpenAPI document at /api/openapi.json says what is expected.',
    mistakes,
  );
}

/** A request's query by its schema: a key that may come several times is a list, others come once. */
export function queryOf<Schema extends z.ZodObject>(context: Context, schema: Schema): z.output<Schema> {
  const written = Object.entries(context.req.queries()).map(([key, values]) => {
    const wanted = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
    return [key, isList(wanted) || values.length !== 1 ? values : values[0]] as const;
  });
  return checked(schema, Object.fromEntries(written), 'query');
}

/** A request's body as JSON, by its schema.
 *  @throws RequestError 400, 413 or 415 */
export async function bodyOf<Schema extends z.ZodType>(context: Context, schema: Schema): Promise<z.output<Schema>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type))
    throw new RequestError(
      415,
      'BODY_TYPE',
      'Content-Type',
      'the body is not announced as JSON',
      'Send it as application/json.',
    );
  const text = await textOf(context);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RequestError(400, 'BODY_NOT_JSON', 'body', 'the body is not JSON', 'Send a JSON object in UTF-8.');
  }
  return checked(schema, value, 'body');
}

async function textOf(context: Context): Promise<string> {
  if (Number(context.req.header('content-length') ?? 0) > bodyMax) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > bodyMax) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new RequestError(400, 'BODY_NOT_JSON', 'body', 'the body is not UTF-8', 'Send a JSON object in UTF-8.');
  }
}

function isList(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isList(schema.unwrap());
  return schema instanceof z.ZodArray;
}

function keysOf(schema: z.ZodType): string {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape).join(', ') || 'no keys' : 'others';
}
