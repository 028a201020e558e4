import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, type OpenApi, openApi } from './api.fixture.ts';
import { routesOf } from './api.ts';
import { problem } from './http/problem.ts';
import { resolved, type Schema, valuesBeside, valuesOf } from './schemaValues.fixture.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}

const api: OpenApi = await openApi();
const { body: whole } = await ask(api, 'GET', '/api/openapi.json');
const operations = Object.entries(whole.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, path, operation: resolved(operation, whole) })),
);
const specs = new Map(routesOf(api.parts).map(({ spec }) => [spec.name, spec]));

let authorization = '';
beforeAll(() => api.addUser('root', 'admin'));
beforeEach(() => {
  authorization = `Bearer ${api.addToken('root', 'read', 'write', 'admin')}`;
});
afterAll(() => api.close());

test('the document lists every route once, with names of their own', () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBe(specs.size + 1);
  expect(whole.openapi).toBe('3.1.0');
});

// A stream does not end, and what it says is told elsewhere.
const fuzzed = operations.filter(({ path }) => path !== '/api/events');

test.each(fuzzed.map(({ method, path, operation }) => [`${method} ${path}`, { method, path, operation }] as const))(
  '%s answers by its schema, or with a problem',
  async (_, { method, path, operation }) => {
    const { parameters = [], requestBody } = operation;
    const schema = requestBody?.content['application/json'].schema;
    const body =
      schema === undefined
        ? fc.constant(undefined)
        : fc.oneof({ weight: 2, arbitrary: valuesOf(schema) }, valuesBeside(schema));
    const given = fc.record(
      Object.fromEntries(
        parameters.map(({ name, schema: wanted }) => [
          name,
          fc.oneof({ weight: 3, arbitrary: valuesOf(wanted) }, fc.string(), fc.constantFrom('1', '2', '')),
        ]),
      ),
      { requiredKeys: parameters.filter(({ in: at }) => at === 'path').map(({ name }) => name) as never },
    );
    await fc.assert(
      fc.asyncProperty(body, given, async (sent, values) => {
        let url = path;
        const query = new URLSearchParams();
        for (const { name, in: at } of parameters) {
          const value = (values as Record<string, unknown>)[name];
          if (at === 'path') url = url.replace(`{${name}}`, encodeURIComponent(wellFormed(value)) || '%20');
          else if (Array.isArray(value)) for (const each of value) query.append(name, wellFormed(each));
          else if (value !== undefined) query.append(name, wellFormed(value));
        }
        if (url.includes('/api/tokens/') && method === 'delete')
          authorization = `Bearer ${api.addToken('root', 'admin', 'read')}`;
        const answer = await ask(api, method.toUpperCase(), query.size > 0 ? `${url}?${query}` : url, {
          ...(sent === undefined ? {} : { body: sent }),
          headers: { authorization },
        });
        if (answer.status >= 400) {
          expect(problem.parse(answer.body).status).toBe(answer.status);
          expect(answer.headers.get('content-type')).toBe('application/problem+json');
          expect(answer.body, JSON.stringify({ sent, values })).not.toMatchObject({ status: 500 });
          return;
        }
        const spec = specs.get(operation.operationId);
        if (spec?.answer !== undefined) spec.answer.parse(answer.body);
        else if (spec?.answerType === undefined && spec !== undefined) expect(answer.status).toBe(204);
      }),
      { numRuns: path.startsWith('/api/queries') ? 30 : 60 },
    );
  },
);

/** A text that a URL can hold: lone halves of surrogate pairs cannot be sent. */
function wellFormed(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed();
}
