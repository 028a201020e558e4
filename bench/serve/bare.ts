import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The least that takes a body over HTTP and keeps it: at the end of a file (its path is the one argument), synced, answered.
 *  A process of its own, as the service is one; tells its port to the parent. */
const file = await open(process.argv[2] ?? '', 'w');
const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  await file.write(Buffer.concat(parts));
  await file.datasync();
  response.writeHead(202).end();
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
