import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Access } from '../../access/access.ts';
import { UserError } from '../../model/userError.ts';
import type { Logger } from '../../operate/log.ts';
import type { Metrics } from '../../operate/metrics.ts';
import { jsonText } from '../../report/harmless.ts';
import { type ClientOptions, clientOf } from './client.ts';
import { admit } from './guard.ts';
import { securityHeaders } from './headers.ts';
import { checkHost } from './host.ts';
import { bodyOf, checked, queryOf } from './input.ts';
import { document } from './openapi.ts';
import { problemOf, problemResponse, RequestError } from './problem.ts';
import { type Route, type RouteSpec, route } from './route.ts';

export interface HttpOptions extends ClientOptions {
  /** Names under which the service is reached, beside addresses and localhost. */
  readonly hostNames: readonly string[];
  /** What a browser gets that asks for a page or a part of one; undefined where there is none of that path. */
  readonly pages?: (request: Request) => Response | undefined;
}

interface Ground {
  readonly access: Access;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const nothing = z.strictObject({});

export const documentSpec = {
  method: 'get',
  path: '/api/openapi.json',
  name: 'openapi',
  summary: 'This document.',
  needs: 'nothing',
  answer: z.looseObject({ openapi: z.string() }),
} as const;

/** Routes as one application: each request is held to its route's schemas and to what the route needs, every error is a
 *  problem, and the OpenAPI document says the same. */
export function serveRoutes(routes: readonly Route[], ground: Ground, options: HttpOptions): OpenAPIHono {
  const app = new OpenAPIHono();
  const names = new Set(options.hostNames.map((name) => name.toLowerCase()));
  app.use(securityHeaders(options));
  app.use(async (context, next) => {
    checkHost(clientOf(context, options).host, names);
    await next();
  });
  app.onError((error, context) => {
    const told = problemOf(error);
    if (told.status === 500) ground.log.error({ error, method: context.req.method, path: context.req.path }, 'bug');
    return problemResponse(error);
  });
  app.notFound((context) => options.pages?.(context.req.raw) ?? problemResponse(notFound(context, routes)));
  let text = '';
  const own = route(documentSpec, () => new Response(text, { headers: { 'content-type': 'application/json' } }));
  for (const each of [...routes, own])
    app.on(each.spec.method.toUpperCase(), honoPath(each.spec), (context) => answer(context, each, ground, options));
  text = JSON.stringify(document(app, [...routes, own]), null, 1);
  return app;
}

async function answer(context: Context, route: Route, ground: Ground, options: HttpOptions): Promise<Response> {
  const { spec } = route;
  const done = ground.metrics.api.requests.startTimer({ method: spec.method, route: spec.path });
  try {
    const response = await handled(context, route, ground, options);
    done({ status: String(response.status) });
    return response;
  } catch (error) {
    done({ status: String(problemOf(error).status) });
    throw error instanceof UserError || !isBroken(error)
      ? error
      : new RequestError(400, 'BODY_BROKEN', 'body', 'the body broke off', 'Send it again.');
  }
}

async function handled(
  context: Context,
  { spec, handle }: Route,
  { access }: Ground,
  options: HttpOptions,
): Promise<Response> {
  const client = clientOf(context, options);
  const asking = { needs: spec.needs, access, client };
  const who = admit(context, { ...asking, active: !spec.passive });
  const still = () => isAdmitted(context, asking);
  const params = checked(spec.params ?? nothing, context.req.param(), 'path');
  const query = queryOf(context, spec.query ?? nothing);
  const body = spec.body === undefined ? undefined : await bodyOf(context, spec.body);
  const asked = { params, query, body, who, still, client, signal: context.req.raw.signal, context };
  const result = await handle(asked as unknown as Parameters<Route['handle']>[0]);
  if (result instanceof Response) return result;
  if (spec.answer === undefined) return context.body(null, 204);
  return context.body(jsonText(result), spec.status ?? 200, { 'content-type': 'application/json' });
}

function isAdmitted(context: Context, asking: Omit<Parameters<typeof admit>[1], 'active'>): boolean {
  try {
    admit(context, { ...asking, active: false });
    return true;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

/** A request that ended before its body did. */
function isBroken(error: unknown): boolean {
  return (
    error instanceof Error && (error.name === 'AbortError' || (error as NodeJS.ErrnoException).code === 'ECONNRESET')
  );
}

function honoPath({ path }: RouteSpec): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function notFound(context: Context, routes: readonly Route[]): RequestError {
  const { path } = context.req;
  const methods = routes
    .filter(({ spec }) => new RegExp(`^${spec.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .map(({ spec }) => spec.method.toUpperCase());
  if (methods.length === 0)
    return new RequestError(
      404,
      'PATH_UNKNOWN',
      path,
      'there is nothing here',
      'GET /api/openapi.json lists what there is.',
    );
  return new RequestError(
    405,
    'METHOD_UNKNOWN',
    path,
    `${context.req.method} is not answered here`,
    `Use ${methods.join(', ')}.`,
  );
}
