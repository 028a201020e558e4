import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { messageOf, notice, now } from './message.fixture.ts';
import { selfSigned } from './selfSigned.fixture.ts';
import { sentinelSender } from './sentinel.ts';

const { cert, key } = selfSigned();
const uploads: { path: string; authorization: string; rows: Record<string, unknown>[] }[] = [];
const tokens: string[] = [];
let status = 204;
let retryAfter = '';
let secrets = ['right'];

/** The identity platform and the data collection endpoint in one. */
const server = createServer({ cert, key }, (request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const path = decodeURIComponent(request.url ?? '');
    if (path === '/tenant-1/oauth2/v2.0/token') {
      const form = new URLSearchParams(body.toString());
      if (!secrets.includes(form.get('client_secret') ?? '')) {
        response.writeHead(401).end('{"error":"invalid_client"}');
        return;
      }
      tokens.push(form.toString());
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ token_type: 'Bearer', expires_in: 3_599, access_token: `token-${tokens.length}` }));
      return;
    }
    if (status === 204) {
      const rows = JSON.parse(gunzipSync(body).toString());
      uploads.push({ path, authorization: request.headers.authorization ?? '', rows });
    }
    response.writeHead(status, retryAfter === '' ? {} : { 'retry-after': retryAfter }).end();
  });
});
let base = '';
beforeEach(async () => {
  uploads.length = 0;
  tokens.length = 0;
  status = 204;
  retryAfter = '';
  secrets = ['right'];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `https://localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const sender = () =>
  sentinelSender({
    ...{
      endpoint: base,
      authority: `${base}/`,
      collectionRule: 'dcr-1',
      stream: 'Custom-WeirAlerts_CL',
      tenant: 'tenant-1',
    },
    ...{ client: 'app-1', secret: 'right', audience: 'https://monitor.azure.com', ca: cert, now: () => now },
  });
const delivery = () => ({ now, signal: AbortSignal.timeout(10_000) });

test("Microsoft's client sends rows with a token of ours", async () => {
  const send = sender();
  await send({ ...messageOf([notice(1)]), notices: [notice(1), notice(2, { bytesSent: null }, 'grew')] }, delivery());
  expect(tokens).toEqual([
    'grant_type=client_credentials&client_id=app-1&client_secret=right&scope=https%3A%2F%2Fmonitor.azure.com%2F.default',
  ]);
  expect(uploads).toMatchObject([
    {
      path: '/dataCollectionRules/dcr-1/streams/Custom-WeirAlerts_CL?api-version=2023-01-01',
      authorization: 'Bearer token-1',
      rows: [
        {
          NoticeId: 1,
          Cause: 'raised',
          AlertId: 1,
          BytesSent: 1_932_735_283,
          TimeGenerated: '2026-11-21T05:00:00.0000000Z',
        },
        { NoticeId: 2, Cause: 'grew', BytesSent: null },
      ],
    },
  ]);
  expect(JSON.stringify(uploads)).not.toContain('hunter2hunter2');
});

test.each([
  [429, '7', true, 70_000_000n],
  [503, '', true, 0n],
  [403, '', true, 0n],
  [413, '', false, 0n],
  [422, '', false, 0n],
])('an answer of %d with Retry-After %j may be another one later: %s', async (code, wait, again, after) => {
  status = code;
  retryAfter = wait;
  await expect(sender()(messageOf([notice(1)]), delivery())).rejects.toMatchObject({
    message: expect.stringContaining(String(code)),
    ...{ again, after },
  });
});

test('a secret that is wrong is told without it', async () => {
  secrets = [];
  await expect(sender()(messageOf([notice(1)]), delivery())).rejects.toMatchObject({
    message: expect.stringMatching(/401/),
    again: true,
  });
});
