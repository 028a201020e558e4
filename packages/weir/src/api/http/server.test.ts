import { request } from 'node:https';
import { expect, test } from 'vitest';
import { selfSigned } from '../../notify/selfSigned.fixture.ts';
import { ask, openApi, password } from '../api.fixture.ts';
import { openServer } from './server.ts';

const nothing = { fetch: () => new Response('here') };

test.each(['0.0.0.0', '::', '192.0.2.1', 'weir.example.org'])('%s is not listened at in the clear', async (host) => {
  await expect(openServer(nothing, { listen: { host, port: 0 }, plainHttp: false })).rejects.toThrow(
    expect.objectContaining({ code: 'LISTEN_REFUSED', place: `${host}:0` }),
  );
});

test('a port that is taken is told with the way out', async () => {
  const first = await openServer(nothing, { listen: { host: '127.0.0.1', port: 0 }, plainHttp: false });
  await expect(
    openServer(nothing, { listen: { host: '127.0.0.1', port: first.port }, plainHttp: false }),
  ).rejects.toThrow(
    expect.objectContaining({ code: 'LISTEN_REFUSED', message: expect.stringContaining('EADDRINUSE') }),
  );
  await first.close();
});

test('closing waits for what is answered, and breaks it off where it is told to', async () => {
  let answer = (_: Response) => {};
  const slow = { fetch: () => new Promise<Response>((resolve) => (answer = resolve)) };
  const server = await openServer(slow, { listen: { host: '127.0.0.1', port: 0 }, plainHttp: false });
  const asked = fetch(server.url).then((response) => response.text());
  await new Promise((resolve) => setTimeout(resolve, 100));
  const closed = server.close();
  answer(new Response('late'));
  expect(await asked).toBe('late');
  await closed;
  const again = await openServer(slow, { listen: { host: '127.0.0.1', port: 0 }, plainHttp: false });
  const broken = fetch(again.url).then(
    () => 'answered',
    () => 'broken off',
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  await again.close(AbortSignal.timeout(50));
  expect(await broken).toBe('broken off');
});

test('over TLS the cookie is for this host and secure connections alone', async () => {
  const { cert: certificate, key } = selfSigned();
  const api = await openApi({ tls: true });
  await api.addUser('root', 'admin');
  const server = await openServer(api.app, {
    listen: { host: '127.0.0.1', port: 0 },
    tls: { certificate, key },
    plainHttp: false,
  });
  const { cookie, transport } = await new Promise<{ cookie: string; transport: unknown }>((resolve, reject) => {
    const sent = request(
      `${server.url}/api/session`,
      {
        method: 'POST',
        ca: certificate,
        headers: { 'content-type': 'application/json' },
        checkServerIdentity: () => undefined,
      },
      (response) => {
        response.resume();
        const [first = ''] = response.headers['set-cookie'] ?? [];
        resolve({ cookie: first, transport: response.headers['strict-transport-security'] });
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify({ name: 'root', password }));
  });
  expect(cookie).toMatch(/^__Host-weir=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  expect(transport).toBe('max-age=31536000');
  const secret = /=([\w-]+)/.exec(cookie)?.[1];
  // A neighbour's cookie of the other name opens nothing.
  expect((await ask(api, 'GET', '/api/me', { headers: { cookie: `weir=${secret}` } })).status).toBe(401);
  expect((await ask(api, 'GET', '/api/me', { headers: { cookie: `__Host-weir=${secret}` } })).status).toBe(200);
  await server.close(AbortSignal.abort());
  await api.close();
});
