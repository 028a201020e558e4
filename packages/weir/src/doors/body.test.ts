import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Clock } from '../model/clock.ts';
import { withBody } from './body.ts';
import { clockTimes, inFolder, openHouse } from './doors.fixture.ts';

/** A server that gives each body to `use`, and answers 503 to whom it sends away. */
function withServer(
  { openBytes, clock }: { openBytes: number; clock?: Clock },
  use: () => Promise<void>,
  work: (send: (body: Buffer) => Promise<number>) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    const house = await openHouse(folder, { openBytes, ...(clock && { clock }) });
    const server = createServer((request, response) => {
      withBody(request, house.reception, use).then(
        () => response.writeHead(202).end(),
        () => response.writeHead(503).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await work(async (body) => {
        const headers = { 'content-encoding': 'gzip' };
        return (await fetch(url, { method: 'POST', body: new Uint8Array(body), headers })).status;
      });
    } finally {
      server.close();
      await house.close();
    }
  });
}

it('of small bodies that unpack to much no more are unpacked than there is room for; the others wait, and go', async () => {
  let [inside, most] = [0, 0];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const use = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await gate;
    inside -= 1;
  };
  await withServer({ openBytes: 2_500_000 }, use, async (send) => {
    const small = gzipSync(Buffer.alloc(900_000));
    const sent = Array.from({ length: 20 }, async () => {
      const status = await send(small);
      // Two are inside for good, until all others were sent away.
      left -= 1;
      if (left === 2) open();
      return status;
    });
    let left = sent.length;
    const statuses = await Promise.all(sent);
    expect(statuses.sort()).toEqual([202, 202, ...Array(18).fill(503)]);
    expect([inside, most]).toEqual([0, 2]);
    const untilTaken = async () => {
      while ((await send(small)) !== 202);
    };
    await Promise.all(Array.from({ length: 5 }, untilTaken));
    expect(most).toBeLessThanOrEqual(2);
  });
});

it('where packed bodies take all the room, one after the other is unpacked', () =>
  withServer(
    { openBytes: 10_000, clock: clockTimes(1) },
    async () => undefined,
    async (send) => {
      const bodies = Array.from({ length: 10 }, () => gzipSync(randomBytes(9_000)));
      expect(await Promise.all(bodies.map(send))).toEqual(bodies.map(() => 202));
    },
  ));
