import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { errorCode } from '../source/expand.ts';
import type { Authorize } from './access.ts';
import type { Reception } from './reception.ts';

/** What the HTTP doors share. */
export interface HttpDoorOptions {
  readonly reception: Reception;
  readonly authorize: Authorize;
  /** A defect of ours: it cost one request its answer. */
  readonly onBug: (error: unknown) => void;
}

/** The doors read from Node's own request: a body is measured, unpacked and held before anything else is made of it. */
export type Bindings = { readonly Bindings: HttpBindings };

/** Whether a client's going away in the middle is why its request failed. */
export function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || errorCode(error) === 'ECONNRESET');
}

export function incomingOf(context: Context<Bindings>): IncomingMessage {
  return context.env.incoming;
}

/** Ends the connection without an answer: the one thing that every client of `_bulk` and HEC was seen to take for "send it
 *  again". */
export function hungUp(context: Context<Bindings>): Response {
  context.env.incoming.socket.destroy();
  return new Response(null, { headers: { 'x-hono-already-sent': 'true' } });
}
