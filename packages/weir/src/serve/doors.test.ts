import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { bodiesOf, inFolder, openHouse } from '../doors/doors.fixture.ts';
import { selfSigned } from '../notify/selfSigned.fixture.ts';
import { Health } from '../operate/health.ts';
import { Closing } from './closing.ts';
import { type DoorParts, openDoors } from './doors.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('syslog that names authorities is taken only from who shows a certificate of theirs', () =>
  inFolder(async (folder) => {
    const house = await openHouse(folder);
    const [server, sender, stranger] = [selfSigned(), selfSigned(), selfSigned()];
    const path = (name: string) => join(folder, name);
    await writeFile(path('cert.pem'), server.cert);
    await writeFile(path('key.pem'), server.key);
    await writeFile(path('senders.pem'), sender.cert);
    const port = await freePort();
    const tls = { certificate: path('cert.pem'), key: path('key.pem'), clientAuthorities: path('senders.pem') };
    const door = { listen: { host: '127.0.0.1', port }, tls, plain: false };
    const closing = new Closing();
    const quiet = { warn: () => undefined, error: () => undefined };
    const { clock } = house.reception;
    await openDoors({
      ...{ closing, store: house.store, health: new Health(clock), intake: { reception: house.reception } },
      options: { config: { syslog: [door], watch: [] }, log: quiet, clock },
    } as unknown as DoorParts);
    const send = (text: string, shown: { cert?: string; key?: string }) =>
      new Promise<void>((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', ca: server.cert, ...shown }, () => socket.end(text));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    await send('<13>of nobody\n', {});
    await send('<13>of a stranger\n', stranger);
    await send('<13>of a sender\n', sender);
    await closing.close();
    expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['<13>of a sender\n']);
    await house.close();
  }));
