import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser, type OpenApi, openApi } from './api.fixture.ts';
import { routesOf } from './api.ts';
import { documentSpec } from './http/serveRoutes.ts';

/** What each route takes, written down a second time: who changes one says so here. */
const needs: Readonly<Record<string, string>> = {
  'POST /api/session': 'nothing',
  'DELETE /api/session': 'session',
  'GET /api/me': 'read',
  'PUT /api/me/password': 'session',
  'POST /api/links/look': 'nothing',
  'POST /api/links/accept': 'nothing',
  'GET /api/people': 'write',
  'GET /api/users': 'admin',
  'POST /api/users': 'admin',
  'PATCH /api/users/{name}': 'admin',
  'POST /api/users/{name}/link': 'admin',
  'GET /api/tokens': 'read',
  'POST /api/tokens': 'read',
  'DELETE /api/tokens/{id}': 'read',
  'GET /api/alerts': 'read',
  'GET /api/alerts/counts': 'read',
  'GET /api/alerts/{id}': 'read',
  'PATCH /api/alerts/{id}': 'write',
  'POST /api/alerts/{id}/comments': 'write',
  'POST /api/alerts/bulk': 'write',
  'GET /api/alerts/{id}/evidence': 'read',
  'GET /api/alerts/{id}/related': 'read',
  'GET /api/alerts/{id}/trail': 'read',
  'GET /api/alerts/{id}/export': 'read',
  'GET /api/views': 'session',
  'POST /api/views': 'session',
  'PATCH /api/views/{id}': 'session',
  'DELETE /api/views/{id}': 'session',
  'GET /api/alerts/{id}/guide': 'read',
  'POST /api/alerts/{id}/questions/{question}': 'read',
  'POST /api/alerts/{id}/steps': 'write',
  'GET /api/events': 'read',
  'POST /api/queries': 'read',
  'POST /api/queries/check': 'read',
  'GET /api/tables': 'read',
  'GET /api/queries': 'read',
  'DELETE /api/queries/{id}': 'read',
  'GET /api/hunts': 'read',
  'POST /api/hunts': 'write',
  'PATCH /api/hunts/{id}': 'write',
  'DELETE /api/hunts/{id}': 'write',
  'GET /api/rules': 'read',
  'GET /api/rules/{id}': 'read',
  'PATCH /api/rules/{id}': 'write',
  'GET /api/rules/{id}/guide': 'read',
  'POST /api/rules': 'write',
  'POST /api/rules/check': 'write',
  'PUT /api/rules/{id}': 'write',
  'GET /api/rules/{id}/shipped': 'read',
  'POST /api/rules/{id}/keep': 'write',
  'POST /api/rules/{id}/back': 'write',
  'GET /api/rules/{id}/versions': 'read',
  'GET /api/rules/{id}/versions/{number}': 'read',
  'GET /api/gaps': 'read',
  'GET /api/coverage': 'read',
  'GET /api/storage': 'read',
  'GET /api/entities/{kind}/{name}': 'read',
  'GET /api/exceptions': 'read',
  'POST /api/exceptions/propose': 'write',
  'POST /api/exceptions/preview': 'write',
  'POST /api/exceptions': 'write',
  'POST /api/exceptions/{id}/renew': 'write',
  'POST /api/exceptions/{id}/end': 'write',
  'GET /api/backtests': 'read',
  'POST /api/backtests': 'write',
  'GET /api/backtests/{id}': 'read',
  'DELETE /api/backtests/{id}': 'write',
  'GET /api/sources': 'read',
  'GET /api/rejects': 'read',
  'GET /api/undelivered': 'admin',
  'POST /api/undelivered/{id}/again': 'admin',
  'POST /api/undelivered/{id}/accept': 'admin',
  'GET /api/trail': 'admin',
  'GET /api/trail/check': 'admin',
  'GET /healthz': 'nothing',
  'GET /readyz': 'nothing',
  'GET /api/health': 'read',
  'GET /metrics': 'read',
  'GET /api/openapi.json': 'nothing',
};

const may: Readonly<Record<string, readonly string[]>> = {
  nobody: ['nothing'],
  viewer: ['nothing', 'session', 'read'],
  analyst: ['nothing', 'session', 'read', 'write'],
  admin: ['nothing', 'session', 'read', 'write', 'admin'],
  'token to ingest': ['nothing'],
  'token to read': ['nothing', 'read'],
  'token to write': ['nothing', 'write'],
  'token to administer': ['nothing', 'admin'],
};

let api: OpenApi;
beforeAll(async () => {
  api = await openApi();
  await api.addUser('root', 'admin');
});
afterAll(() => api.close());

async function headersOf(who: string): Promise<Record<string, string>> {
  if (who === 'nobody') return {};
  const scope = {
    'token to ingest': 'ingest',
    'token to read': 'read',
    'token to write': 'write',
    'token to administer': 'admin',
  } as const;
  const of = scope[who as keyof typeof scope];
  if (of !== undefined) return { authorization: `Bearer ${api.addToken('root', of)}` };
  return browser(await api.addUser(who, who as 'viewer'));
}

test('every route says what it takes, and no other route is answered', () => {
  const specs = [...routesOf(api.parts).map(({ spec }) => spec), documentSpec];
  expect(Object.fromEntries(specs.map((spec) => [`${spec.method.toUpperCase()} ${spec.path}`, spec.needs]))).toEqual(
    needs,
  );
  const answered = api.app.routes
    .filter(({ method, path }) => method !== 'ALL' && path !== '/*')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
  expect(answered.toSorted()).toEqual(Object.keys(needs).toSorted());
});

test.each(Object.keys(may))('%s may what is written, and nothing else', async (who) => {
  const wrong: string[] = [];
  for (const [route, needed] of Object.entries(needs)) {
    const [method = '', path = ''] = route.split(' ');
    // Each time anew: a route may end the session or revoke the token.
    const headers = await headersOf(who);
    const stop = new AbortController();
    const url = path.replace(/\{\w+\}/g, '999');
    const response = await fetch(api.url(url), {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      signal: stop.signal,
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    const expected = may[who]?.includes(needed) ? 'in' : who === 'nobody' ? '401' : '403';
    const problem = response.status < 400 ? {} : ((await response.json()) as { code?: string });
    const refused = problem.code === 'NOT_LOGGED_IN' || problem.code === 'NOT_ALLOWED' || problem.code === 'CROSS_SITE';
    const got = refused ? String(response.status) : 'in';
    if (got !== expected) wrong.push(`${route}: ${got} ${problem.code ?? ''}, not ${expected}`);
    stop.abort();
  }
  expect(wrong).toEqual([]);
});
