import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Needs } from './guard.ts';
import { problem } from './problem.ts';
import type { Route } from './route.ts';

const bySession: Record<string, string[]>[] = [{ session: [] }];
const security: Partial<Record<Needs, Record<string, string[]>[]>> = { nothing: [], session: bySession };

/** The OpenAPI document of routes, from the schemas that requests are held to. `x-weir-needs` says what each takes. */
export function document(app: OpenAPIHono, routes: readonly Route[]) {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'session', { type: 'apiKey', in: 'cookie', name: 'weir' });
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const { spec } of routes) {
    const { method, path, name, summary, needs, params, query, body, answer, answerType, status = 200 } = spec;
    const success =
      answer === undefined && answerType === undefined
        ? { 204: { description: 'Done.' } }
        : {
            [status]: {
              description: 'Answered.',
              content: { [answerType ?? 'application/json']: { schema: answer ?? z.string() } },
            },
          };
    registry.registerPath({
      method,
      path,
      operationId: name,
      summary,
      tags: [/^\/api\/([\w-]+)/.exec(path)?.[1] ?? 'operations'],
      security: security[needs] ?? [...bySession, { token: [] }],
      request: {
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { query }),
        ...(body === undefined ? {} : { body: { required: true, content: { 'application/json': { schema: body } } } }),
      },
      responses: {
        ...success,
        default: { description: 'A problem.', content: { 'application/problem+json': { schema: problem } } },
      },
      'x-weir-needs': needs,
    });
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Weir', version: '0.1.0', description: 'Alerts, rules, queries and the state of a Weir service.' },
  });
}
