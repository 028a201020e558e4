import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../../access/roles.ts';
import type { Client } from './client.ts';
import type { Needs } from './guard.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A route as the OpenAPI document tells it, and as requests are held to it. */
export interface RouteSpec<
  N extends Needs = Needs,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** With parameters in braces: `/api/alerts/{id}`. */
  readonly path: string;
  /** The operation's name in the document. */
  readonly name: string;
  readonly summary: string;
  readonly needs: N;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** What is answered as JSON; absent: nothing (204). */
  readonly answer?: Answer;
  readonly status?: 200 | 201 | 202;
  /** Where the answer is not JSON: its type, and the handler gives the response itself. */
  readonly answerType?: string;
  /** A page asks for it by itself: it does not keep a session going. */
  readonly passive?: true;
}

export interface Asked<N extends Needs, Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Who asks. */
  readonly who: N extends 'nothing' ? Principal | undefined : Principal;
  readonly client: Client;
  /** Whether they may still ask this: a session ends, a token is revoked while an answer goes on. */
  readonly still: () => boolean;
  /** Aborted where the client goes away. */
  readonly signal: AbortSignal;
  readonly context: Context;
}

/** A route and what answers it. */
export interface Route {
  readonly spec: RouteSpec;
  readonly handle: (asked: Asked<Needs, never, never, never>) => unknown;
}

/** Joins a route with its handler, whose input and answer are typed by the schemas. */
export function route<
  N extends Needs,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(
  spec: RouteSpec<N, Params, Query, Body, Answer>,
  handle: (
    asked: Asked<N, z.output<Params>, z.output<Query>, z.output<Body>>,
  ) => z.input<Answer> | Response | Promise<z.input<Answer> | Response>,
): Route {
  return { spec, handle } as unknown as Route;
}
