import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, browser, type OpenApi, openApi, password } from './api.fixture.ts';

let api: OpenApi;
let admin: Record<string, string>;
beforeAll(async () => {
  api = await openApi({ hostNames: ['Weir.Example.org'] });
});
beforeEach(async () => {
  admin = browser(await api.addUser('root', 'admin'));
});
afterAll(() => api.close());

/** With headers that fetch does not let one set. */
function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; code: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(api.url(''), { method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, code: text.startsWith('{') ? JSON.parse(text).code : text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Bytes on a socket, and what comes back. */
function bytes(text: string): Promise<string> {
  return new Promise((resolve) => {
    let back = '';
    const socket = connect(api.server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (piece) => {
      back += String(piece);
    });
    socket.on('close', () => resolve(back));
    socket.on('error', () => resolve(back));
  });
}

describe('a session over HTTP', () => {
  const login = (headers: Record<string, string> = {}) =>
    ask(api, 'POST', '/api/session', { body: { name: 'root', password }, headers });

  test('is a cookie that scripts do not see and other sites do not send', async () => {
    const { status, headers, body } = await login();
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'root', role: 'admin', scopes: ['ingest', 'read', 'write', 'admin'] });
    const [cookie = ''] = headers.getSetCookie();
    expect(cookie).toMatch(/^weir=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const secret = /^weir=([\w-]+)/.exec(cookie)?.[1] ?? '';
    expect((await ask(api, 'GET', '/api/me', { headers: browser(secret) })).body.name).toBe('root');
    const out = await ask(api, 'DELETE', '/api/session', { headers: browser(secret) });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toMatch(/^weir=; Max-Age=0/);
    expect((await ask(api, 'GET', '/api/me', { headers: browser(secret) })).status).toBe(401);
  });

  test('is never the one that the browser came with', async () => {
    const planted = 'A'.repeat(43);
    const { headers } = await login(browser(planted));
    expect(headers.getSetCookie()[0]).not.toContain(planted);
    expect((await ask(api, 'GET', '/api/me', { headers: browser(planted) })).status).toBe(401);
    const before = await api.addUser('root', 'admin');
    await login(browser(before));
    expect((await ask(api, 'GET', '/api/me', { headers: browser(before) })).status).toBe(401);
  });

  test('that fails is one problem for all reasons, and says when to come back', async () => {
    const wrong = (name: string) =>
      ask(api, 'POST', '/api/session', { body: { name, password: 'wrong horse battery' } });
    const [none, root] = [await wrong('nobody'), await wrong('root')];
    expect(none.status).toBe(401);
    expect(none.body).toEqual(root.body);
    let last = await wrong('victim');
    for (let each = 0; each < 5; each += 1) last = await wrong('victim');
    expect([last.status, last.body.code, last.headers.get('retry-after')]).toEqual([429, 'LOGIN_THROTTLED', '900']);
  });
});

describe('a request of another site', () => {
  const change = (headers: Record<string, string>) =>
    ask(api, 'PATCH', '/api/alerts/1', {
      body: { comment: 'mine' },
      headers: { cookie: admin.cookie ?? '', ...headers },
    });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:1' }],
    [{}],
  ])('with a cookie and %j changes nothing', async (headers) => {
    expect((await change(headers)).body.code).toBe('CROSS_SITE');
  });

  test('of our own changes, known by either header; so does a token without', async () => {
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await change({ origin: api.url('') })).status).toBe(200);
    const authorization = `Bearer ${api.addToken('root', 'write')}`;
    expect(
      (await ask(api, 'PATCH', '/api/alerts/1', { body: { comment: 'x' }, headers: { authorization } })).status,
    ).toBe(200);
  });

  test('cannot log somebody in, and a form cannot send what we read', async () => {
    const body = { name: 'root', password };
    const cross = await ask(api, 'POST', '/api/session', { body, headers: { 'sec-fetch-site': 'cross-site' } });
    expect(cross.body.code).toBe('CROSS_SITE');
    const form = await ask(api, 'POST', '/api/session', { body, headers: { 'content-type': 'text/plain' } });
    expect([form.status, form.body.code]).toEqual([415, 'BODY_TYPE']);
  });

  test('reads nothing: no answer lets another origin in', async () => {
    const { headers } = await ask(api, 'OPTIONS', '/api/alerts', { headers: { origin: 'https://evil.example' } });
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('that points its name here is turned away', async () => {
    for (const host of [
      'evil.example',
      'evil.example:8765',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '[::1',
      'a@127.0.0.1',
    ])
      expect((await raw('GET', '/api/openapi.json', { host })).code).toMatch(/^(HOST_UNKNOWN|HTTP_INVALID)$/);
    for (const host of [
      'localhost:1',
      '127.0.0.1',
      '[::1]:8765',
      'weir.example.org',
      'WEIR.example.org:443',
      '192.0.2.1',
    ])
      expect((await raw('GET', '/healthz', { host })).status).toBe(200);
  });
});

test('every answer has the headers that keep a browser safe, errors too', async () => {
  for (const path of ['/api/me', '/healthz', '/nothing', '/api/openapi.json', '/']) {
    const { headers } = await ask(api, 'GET', path);
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('server')).toBeNull();
    if (path.startsWith('/api/')) expect(headers.get('cache-control')).toBe('no-store');
  }
});

describe('hostile requests', () => {
  test.each([
    ['GET', '/api/alerts/..%2f..%2fetc', 400],
    ['GET', '/api/alerts/../users', 200],
    ['GET', '/api\\\\alerts', 400],
    ['GET', '/api//alerts', 404],
    ['GET', '/API/alerts', 404],
    ['GET', '/api/alerts/', 404],
    ['GET', '/api/alerts/1%00', 400],
    ['GET', '/api/alerts/%', 400],
    ['GET', '/api/alerts/1e3', 400],
    ['GET', '/api/alerts/0x1', 400],
    ['GET', '/api/alerts?limit=', 400],
    ['GET', '/api/alerts/-1', 400],
    ['GET', '/api/alerts/99999999999999999999', 400],
    ['GET', '/api/alerts?limit=1&limit=2', 400],
    ['GET', '/api/alerts?limt=1', 400],
    ['GET', '/api/alerts?__proto__=1', 400],
    ['GET', '/api/alerts?text=%27%20OR%201=1--', 200],
    ['GET', '/api/alerts?text=%25_%22%5c', 200],
    ['GET', '/api/alerts?cursor=x', 400],
    ['GET', `/api/alerts?cursor=${Buffer.from('["priority","1","1","1 OR 1=1"]').toString('base64url')}`, 400],
    ['GET', '/api/gaps?cursor=1%20OR%201', 400],
    ['POST', '/healthz', 405],
    ['TRACE', '/api/me', 405],
    ['GET', `/${'a'.repeat(10_000)}`, 404],
  ])('%s %s is answered %i', async (method, path, status) => {
    const answer = await raw(method, path, { cookie: admin.cookie ?? '', 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.code).toMatch(/^[A-Z_]+$/);
  });

  test('injected text finds nothing more than there is', async () => {
    const found = await ask(api, 'GET', `/api/alerts?text=${encodeURIComponent("' OR 1=1--")}`, { headers: admin });
    expect(found.body).toEqual({ alerts: [], next: null });
  });

  test('bodies that are too large, no JSON, no UTF-8, deep or odd are refused', async () => {
    const send = (body: string, headers = {}) =>
      raw('POST', '/api/alerts/1/comments', { ...admin, 'content-type': 'application/json', ...headers }, body);
    expect(await send(JSON.stringify({ comment: 'x'.repeat(1_100_000) }))).toMatchObject({ status: 413 });
    expect(await send('{"comment":', {})).toEqual({ status: 400, code: 'BODY_NOT_JSON' });
    expect(await send('{"comment":"x","comment2":"y"}')).toEqual({ status: 400, code: 'REQUEST_INVALID' });
    expect(await send(`${'['.repeat(200_000)}`)).toEqual({ status: 400, code: 'BODY_NOT_JSON' });
    expect(await send('{"__proto__":{"comment":"x"}}')).toEqual({ status: 400, code: 'REQUEST_INVALID' });
    expect(await send('{}', { 'content-type': 'application/json; charset=utf-16' })).toMatchObject({ status: 415 });
    const chunked = await fetch(api.url('/api/alerts/1/comments'), {
      method: 'POST',
      headers: { ...admin, 'content-type': 'application/json' },
      duplex: 'half',
      body: new ReadableStream({
        pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(100_000))),
      }),
    } as RequestInit).then(
      ({ status }) => status,
      () => 413,
    );
    expect(chunked).toBe(413);
  });

  test('what is no HTTP, or smuggles, is told so', async () => {
    expect(await bytes('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json/s);
    expect(await bytes(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    const both =
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n';
    expect(await bytes(both)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('behind a proxy', () => {
  test('its word on the client counts only from where it stands', async () => {
    const behind = await openApi({ proxies: new Set(['127.0.0.1']) });
    await behind.addUser('root', 'admin');
    const sent = { body: { name: 'root', password } };
    const told = {
      'x-forwarded-for': '203.0.113.7, 198.51.100.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': '192.0.2.1',
    };
    const { headers } = await ask(behind, 'POST', '/api/session', { ...sent, headers: told });
    expect(headers.getSetCookie()[0]).toMatch(/^__Host-weir=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(behind.store.statement('SELECT address FROM session ORDER BY created').all().at(-1)?.address).toBe(
      '198.51.100.1',
    );
    await behind.close();
    const lying = await ask(api, 'POST', '/api/session', { ...sent, headers: told });
    expect(lying.headers.getSetCookie()[0]).toMatch(/^weir=/);
  });
});

test('what breaks inside is a bug of ours: told as that and no more, and logged', async () => {
  const broken = await openApi();
  await broken.addUser('root', 'admin');
  const authorization = `Bearer ${broken.addToken('root', 'read')}`;
  broken.store.statement('DROP TABLE alert_story').run();
  const { status, body } = await ask(broken, 'GET', '/api/alerts/1/evidence', { headers: { authorization } });
  expect(status).toBe(500);
  expect(body).toMatchObject({ code: 'BUG', title: 'A bug in Weir' });
  expect(JSON.stringify(body)).not.toContain('alert_story');
  expect(broken.lines.join('')).toContain('alert_story');
  expect(broken.lines.join('')).not.toContain(authorization);
  await broken.close();
});
