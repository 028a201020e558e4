import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeliveryFailure } from './failure.ts';
import { messageOf, notice, now } from './message.fixture.ts';
import { retryAfter } from './post.ts';
import { selfSigned } from './selfSigned.fixture.ts';
import { webhookSender } from './webhook.ts';

const got: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer: (response: ServerResponse) => void;
const take = (request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    got.push({ path: request.url ?? '', headers: request.headers, body });
    answer(response);
  });
};
const server = createServer(take);
let url = '';
beforeEach(async () => {
  got.length = 0;
  answer = (response) => response.writeHead(204).end();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const send = (message = messageOf([notice(1)]), key?: string) =>
  webhookSender({ url, allow: ['127.0.0.1'] }, key)(message, { now, signal: AbortSignal.timeout(5_000) });
const failure = () =>
  send().then(
    () => undefined,
    (error: DeliveryFailure) => error,
  );

test('what it posts is signed, and known again by its key', async () => {
  await send(messageOf([notice(7)], 'key-1'), 'whsec_aGVsbG8=');
  const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = got;
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': 'key-1',
    'idempotency-key': 'key-1',
    'webhook-timestamp': '1795237200',
  });
  const signed = createHmac('sha256', 'hello').update(`key-1.1795237200.${body}`).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signed}`);
  expect(JSON.parse(body)).toMatchObject({
    type: 'weir.alerts',
    key: 'key-1',
    kind: 'one',
    subjects: 1,
    text: '[High] rclone.exe on fs-01 sent 1.8 GiB to Mega in 2 h 41 min',
    told: [{ notice: 7, cause: 'raised', alert: { id: 7 }, finding: { bytesSent: 1_932_735_283 } }],
  });
});

test('secrets of command lines do not leave', async () => {
  await send();
  expect(got[0]?.body).not.toContain('hunter2hunter2');
  expect(got[0]?.body).toContain('--mega-pass hun***');
});

test('without a key it is not signed', async () => {
  await send();
  expect(got[0]?.headers['webhook-signature']).toBeUndefined();
});

test('a redirect leads nowhere', async () => {
  answer = (response) => response.writeHead(307, { location: url.replace('hook', 'elsewhere') }).end();
  await expect(send()).rejects.toThrow(/it answers 307 to .*elsewhere, which is not followed/);
  expect(got.map(({ path }) => path)).toEqual(['/hook']);
});

test.each([
  [400, false],
  [413, false],
  [401, true],
  [404, true],
  [429, true],
  [500, true],
  [503, true],
])('an answer of %d may be another one later: %s', async (status, again) => {
  answer = (response) => response.writeHead(status).end('no, because');
  expect(await failure()).toMatchObject({ message: `it answers ${status}: no, because`, again });
});

test('it is left alone for as long as it asks', async () => {
  answer = (response) => response.writeHead(429, { 'retry-after': '90' }).end();
  expect(await failure()).toMatchObject({ after: 900_000_000n });
  expect(retryAfter('Sat, 21 Nov 2026 05:02:00 GMT', now)).toBe(1_200_000_000n);
  expect(retryAfter('Sat, 21 Nov 2026 04:00:00 GMT', now)).toBe(0n);
  expect(retryAfter('999999999', now)).toBe(36_000_000_000n);
  expect(retryAfter('soon', now)).toBe(0n);
});

test('an endless answer is not read to its end', async () => {
  answer = (response) => {
    const more = () => response.write('x'.repeat(65_536), (error) => error ?? more());
    response.writeHead(200);
    more();
  };
  await send();
  expect(got.length).toBe(1);
});

test('over TLS the other side must be who it says', async () => {
  const { cert, key } = selfSigned();
  const secure = createSecureServer({ cert, key }, take);
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const at = { url: `https://localhost:${(secure.address() as AddressInfo).port}/`, allow: ['127.0.0.1', '::1'] };
  const delivery = { now, signal: AbortSignal.timeout(5_000) };
  await expect(webhookSender(at, undefined)(messageOf([notice(1)]), delivery)).rejects.toThrow(
    /self-signed certificate/,
  );
  expect(got).toEqual([]);
  await webhookSender({ ...at, ca: cert }, undefined)(messageOf([notice(1)]), delivery);
  expect(got.length).toBe(1);
  await new Promise((resolve) => secure.close(resolve));
});
