import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import { DeliveryFailure } from './failure.ts';

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly lookup?: LookupFunction;
  /** PEM. */
  readonly ca?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Its beginning. */
  readonly text: string;
}

const answerMost = 64 * 1024;

/** Posts over a connection of its own and reads the answer. Redirects are answers like others: they lead nowhere. */
export function post({ url, headers, body, signal, lookup, ca }: Post): Promise<Answer> {
  const bytes = Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = (url.startsWith('https:') ? secure : plain)(url, {
    method: 'POST',
    agent: false,
    signal,
    headers: { 'user-agent': 'Weir', ...headers, 'content-length': bytes.length },
    ...(lookup !== undefined && { lookup }),
    ...(ca !== undefined && { ca }),
  });
  request.on('error', reject);
  request.on('response', (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('error', reject);
    response.on('data', (part: string) => {
      text += part;
      if (text.length > answerMost) response.destroy();
    });
    response.on('close', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
  });
  request.end(bytes);
  return promise;
}

/** Statuses that say of the message itself that it will not do. */
export const unfit: ReadonlySet<number> = new Set([400, 413, 422]);

/** @throws DeliveryFailure for every answer but 2xx */
export function mustTake({ status, headers, text }: Answer, now: bigint): void {
  if (status >= 200 && status < 300) return;
  const said = text.trim().slice(0, 200);
  const where = headers.location === undefined ? '' : ` to ${headers.location}, which is not followed`;
  throw new DeliveryFailure(`it answers ${status}${where}${said === '' ? '' : `: ${said}`}`, {
    again: !unfit.has(status),
    after: retryAfter(headers['retry-after'], now),
  });
}

/** Nobody is left alone for longer, whatever is asked. */
export const longestAsked = 3_600n * ticksPerSecond;

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. In ticks from now. */
export function retryAfter(value: string | undefined, now: bigint): bigint {
  if (value === undefined) return 0n;
  const date = Date.parse(value);
  const wait = /^\d{1,9}$/.test(value.trim())
    ? BigInt(value.trim()) * ticksPerSecond
    : Number.isNaN(date)
      ? 0n
      : BigInt(date) * (ticksPerSecond / 1_000n) + unixEpochTicks - now;
  return wait < 0n ? 0n : wait > longestAsked ? longestAsked : wait;
}
