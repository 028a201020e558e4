import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import { expect, test } from 'vitest';
import { finding } from '../report/result.fixture.ts';
import { messageOf, notice, now } from './message.fixture.ts';
import type { Message } from './message.ts';
import { selfSigned } from './selfSigned.fixture.ts';
import { syslogSender } from './syslog.ts';

const delivery = () => ({ now, signal: AbortSignal.timeout(5_000) });
const batch = (): Message => ({
  ...messageOf([notice(1)]),
  notices: [
    notice(1),
    notice(2, {
      severity: 'low',
      title: 'a=b\\c|d\nnext',
      entities: { ...finding().entities, device: '2001:db8::5', destination: '203.0.113.7' },
    }),
  ],
});

const first =
  '<131>1 2026-11-21T05:00:00.000000Z - weir - alert - CEF:0|Weir|Weir|1.0.0|weir.upload-volume|Large upload to an unsanctioned web service|8|';

test('over TCP each line has its length in front', async () => {
  const text = await received(createServer(), (port) => ({ host: '127.0.0.1', port, over: 'tcp' }));
  const [one, two, ...rest] = unframed(text);
  expect(rest).toEqual([]);
  expect(one?.startsWith(first)).toBe(true);
  expect(fieldsOf(one)).toMatchObject({
    rt: '1795237200000',
    externalId: '1',
    act: 'raised',
    shost: 'fs-01',
    suser: 'CORP\\\\svc_backup',
    dhost: 'gfs262n307.userstorage.mega.co.nz',
    out: '1932735283',
    in: '7158278',
    cnt: '214',
    cs1: 'Mega',
    cs1Label: 'Service',
    cn1: '92',
    deviceDirection: '1',
  });
  expect(one).not.toContain('hunter2hunter2');
  expect(two).toMatch(/^<133>1 .*\|3\|/);
  expect(fieldsOf(two)).toMatchObject({
    msg: 'a\\=b\\\\c|d\\\\u{a}next',
    c6a2: '2001:db8::5',
    c6a2Label: 'Source IPv6 Address',
    dst: '203.0.113.7',
  });
});

test('over TLS the same, to who is vouched for', async () => {
  const { cert, key } = selfSigned();
  const over = { host: 'localhost', over: 'tls' } as const;
  const text = await received(createSecureServer({ cert, key }), (port) => ({ ...over, port, ca: cert }));
  expect(unframed(text).length).toBe(2);
  await expect(received(createSecureServer({ cert, key }), (port) => ({ ...over, port }))).rejects.toThrow(
    /self-signed/,
  );
});

test('over UDP each line is a datagram', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const lines: string[] = [];
  const both = new Promise<void>((resolve) => {
    socket.on('message', (line) => lines.push(line.toString()) === 2 && resolve());
  });
  await syslogSender({ host: '127.0.0.1', port: socket.address().port, over: 'udp' })(batch(), delivery());
  await both;
  socket.close();
  expect(lines[0]?.startsWith(first)).toBe(true);
});

test('over UDP what no datagram holds is cut to the lengths that CEF has, or refused for good', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const send = syslogSender({ host: '127.0.0.1', port: socket.address().port, over: 'udp' });
  const about = (commandLine: string, more: Parameters<typeof notice>[1] = {}): Message => {
    const entities = { ...finding().entities, commandLine };
    return { ...messageOf([notice(1)]), notices: [notice(1, { ...more, entities })] };
  };
  const came = once(socket, 'message');
  await send(about('a'.repeat(100_000)), delivery());
  const [line] = await came;
  expect(String(line)).toMatch(/ cs5=a{3999}…( |$)/);

  const wide = '\u{1d54f}'.repeat(5_000);
  const all = about(wide, { reasons: [wide], techniques: [wide], service: wide, title: wide });
  await expect(send(all, delivery())).rejects.toMatchObject({ name: 'DeliveryFailure', again: false });
  socket.close();
});

test('where nobody listens it fails', async () => {
  const send = syslogSender({ host: '127.0.0.1', port: 1, over: 'tcp' });
  await expect(send(batch(), delivery())).rejects.toThrow(/ECONNREFUSED/);
});

test('a server that takes the connection and never closes it is cut off', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.resume().on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = new AbortController();
  server.on('connection', () => cut.abort(new Error('cut off')));
  await expect(
    syslogSender({ host: '127.0.0.1', port, over: 'tcp' })(batch(), { now, signal: cut.signal }),
  ).rejects.toThrow();
  server.close();
});

async function received(
  server: Server,
  options: (port: number) => Parameters<typeof syslogSender>[0],
): Promise<string> {
  let text = '';
  const ended = new Promise<void>((resolve) => {
    server.on('connection', () => undefined);
    server.on('tlsClientError', () => undefined);
    const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
    server.on(event, (socket) => {
      socket.on('data', (part: Buffer) => {
        text += part.toString();
      });
      socket.on('end', resolve);
      socket.on('error', () => undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await syslogSender(options((server.address() as AddressInfo).port))(batch(), delivery());
    await ended;
  } finally {
    server.close();
  }
  return text;
}

function unframed(text: string): string[] {
  const lines: string[] = [];
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const blank = rest.indexOf(' ');
    const length = Number(rest.subarray(0, blank));
    lines.push(rest.subarray(blank + 1, blank + 1 + length).toString());
    rest = rest.subarray(blank + 1 + length);
  }
  return lines;
}

/** The extension of a CEF line, read as receivers do. */
function fieldsOf(line = ''): Record<string, string> {
  const extension = line.slice(line.search(/\brt=/));
  return Object.fromEntries(
    [...extension.matchAll(/(\w+)=((?:\\.|[^\\=])*?)(?=\s+\w+=|$)/g)].map(([, name, value]) => [name, value]),
  );
}
