import type { LookupAddress, LookupOptions } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mayReach, type Resolve } from './addresses.ts';
import { messageOf, notice, now } from './message.fixture.ts';
import { webhookSender } from './webhook.ts';

test.each([
  ['93.184.216.34', true],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
  ['127.0.0.1', false],
  ['127.9.9.9', false],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['172.16.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['100.100.100.200', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['fe80::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['ff02::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:a9fe:a9fe', false],
  ['::ffff:93.184.216.34', true],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001::1', false],
])('%s may be reached: %s', (address, may) => {
  expect(mayReach(address, [])).toBe(may);
});

test('a network that is allowed may be reached, and no other', () => {
  expect(mayReach('10.1.2.3', ['10.1.2.0/24'])).toBe(true);
  expect(mayReach('10.1.3.3', ['10.1.2.0/24', '192.168.0.1'])).toBe(false);
  expect(mayReach('192.168.0.1', ['10.1.2.0/24', '192.168.0.1'])).toBe(true);
  expect(mayReach('::1', ['10.0.0.0/8', '::1'])).toBe(true);
  expect(mayReach('::ffff:10.1.2.3', ['10.1.2.0/24'])).toBe(true);
  expect(mayReach('fd00::1', ['10.1.2.0/24'])).toBe(false);
});

describe('a webhook', () => {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.end();
  });
  let port = 0;
  beforeEach(async () => {
    requests = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  /** A name server that gives another answer each time. */
  const answering = (...answers: string[][]): Resolve => {
    let asked = 0;
    const look = (_: string, options: LookupOptions, answer: (error: null, found: LookupAddress[]) => void) => {
      expect(options.all).toBe(true);
      const found = answers[Math.min(asked++, answers.length - 1)] ?? [];
      answer(
        null,
        found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
    return look as unknown as Resolve;
  };
  const send = (url: string, allow: string[], resolve?: Resolve) =>
    webhookSender({ url, allow, ...(resolve && { resolve }) }, undefined)(messageOf([notice(1)]), {
      now,
      signal: AbortSignal.timeout(5_000),
    });

  test.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://0x7f000001:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::1]:PORT/',
  ])('to %s is refused', async (url) => {
    await expect(send(url.replace('PORT', String(port)), [])).rejects.toThrow('is not public');
    expect(requests).toBe(0);
  });

  test('to a name that leads to this machine is refused', async () => {
    await expect(send(`http://localhost:${port}/`, [])).rejects.toThrow('is not public');
    await expect(send(`http://hook.example:${port}/`, [], answering(['10.0.0.1', '127.0.0.1']))).rejects.toThrow(
      'hook.example is at 10.0.0.1, 127.0.0.1, which is not public',
    );
    expect(requests).toBe(0);
  });

  test('is connected to what was judged, however often the name changes its mind', async () => {
    const turning = answering(['127.0.0.1'], ['169.254.169.254']);
    await send(`http://hook.example:${port}/`, ['127.0.0.1'], turning);
    expect(requests).toBe(1);
    await expect(send(`http://hook.example:${port}/`, ['127.0.0.1'], turning)).rejects.toThrow('169.254.169.254');
    expect(requests).toBe(1);
  });

  test('is connected to those addresses of a name that may be reached', async () => {
    await send(`http://hook.example:${port}/`, ['127.0.0.1'], answering(['10.0.0.1', '127.0.0.1']));
    expect(requests).toBe(1);
  });
});
