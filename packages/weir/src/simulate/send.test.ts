import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { send } from './send.ts';

it('sends the token with each batch, and says how to have one where it is not let in', async () => {
  const heard: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    heard.push(request.headers.authorization);
    request.resume();
    response.writeHead(request.headers.authorization === 'Bearer right' ? 202 : 401).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const to = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ingest/drill`;
  const logs = [{ file: 'conn.log', text: '{}\n'.repeat(2_001), records: 2_001 }];
  try {
    await send(logs, to, 'right');
    expect(heard).toEqual(['Bearer right', 'Bearer right']);
    for (const token of [undefined, 'wrong'])
      await expect(send(logs, to, token)).rejects.toMatchObject({
        code: 'SEND_FAILED',
        advice: expect.stringContaining('--token-file'),
      });
    expect(heard.slice(2)).toEqual([undefined, 'Bearer wrong']);
  } finally {
    server.close();
  }
});
