import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mailSender } from './mail.ts';
import { messageOf, notice, now } from './message.fixture.ts';
import { selfSigned } from './selfSigned.fixture.ts';

interface Mail {
  readonly from: string;
  readonly to: string[];
  text: string;
  readonly tls: boolean;
  readonly login: string;
}

const { cert, key } = selfSigned();
const mails: Mail[] = [];
let refusal = '';
let offersTls = true;
const sockets = new Set<Socket>();

/** As much of a mail server (RFC 5321, 3207, 4954) as a client needs. */
function serve(socket: Socket, tls: boolean): void {
  sockets.add(socket);
  let buffer = '';
  let mail: Mail | undefined;
  let login = '';
  let inData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') {
      say('250-test');
      if (offersTls && !tls) say('250-STARTTLS');
      say('250 AUTH PLAIN');
    } else if (verb === 'AUTH') {
      login = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString()
        .replaceAll('\0', '/');
      say('235 ok');
    } else if (verb === 'MAIL') {
      mail = { from: line, to: [], text: '', tls, login };
      say('250 ok');
    } else if (verb === 'RCPT') {
      mail?.to.push(line);
      say('250 ok');
    } else if (verb === 'DATA') {
      inData = true;
      say('354 go on');
    } else if (verb === 'QUIT') socket.end('221 bye\r\n');
    else say('500 what?');
  };
  const onData = (part: Buffer) => {
    buffer += part.toString();
    for (let end = buffer.indexOf('\r\n'); end >= 0; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      if (inData && line === '.') {
        inData = false;
        if (mail !== undefined && refusal === '') mails.push(mail);
        say(refusal || '250 taken');
      } else if (inData && mail !== undefined) mail.text += `${line}\n`;
      else if (line === 'STARTTLS' && offersTls) {
        say('220 go on');
        socket.removeListener('data', onData);
        serve(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) }), true);
        return;
      } else command(line);
    }
  };
  socket.on('data', onData);
  socket.on('error', () => undefined);
}

const server = createServer((socket) => {
  socket.write('220 test\r\n');
  serve(socket, false);
});
let port = 0;
beforeEach(async () => {
  mails.length = 0;
  refusal = '';
  offersTls = true;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const options = {
  host: 'localhost',
  from: 'weir@example.test',
  to: ['soc@example.test', 'ana@example.test'],
  ca: cert,
};
const delivery = () => ({ now, signal: AbortSignal.timeout(10_000) });

test('a mail goes out over TLS, with text and HTML, and is known again', async () => {
  const login = { user: 'weir', password: 'pässwort' };
  const send = mailSender({ ...options, port, tls: 'start', login });
  await send(messageOf([notice(7)], 'key-7'), delivery());
  await send(messageOf([notice(7)], 'key-7'), delivery());
  expect(mails.length).toBe(2);
  const [mail] = mails;
  expect(mail).toMatchObject({ from: 'MAIL FROM:<weir@example.test>', tls: true, login: '/weir/pässwort' });
  expect(mail?.to).toEqual(['RCPT TO:<soc@example.test>', 'RCPT TO:<ana@example.test>']);
  expect(mail?.text).toMatch(/^Subject: Weir: \[High\] rclone\.exe on fs-01 sent 1\.8 GiB/m);
  expect(mail?.text).toMatch(/^Content-Type: text\/plain/m);
  expect(mail?.text).toMatch(/^Content-Type: text\/html/m);
  expect(mails.map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1])).toEqual(['<key-7@weir>', '<key-7@weir>']);
  expect(mail?.text).not.toContain('hunter2hunter2');
});

test('where the server has no TLS, nothing is said in the clear', async () => {
  offersTls = false;
  const send = mailSender({ ...options, port, tls: 'start', login: { user: 'weir', password: 'x' } });
  await expect(send(messageOf([notice(1)]), delivery())).rejects.toMatchObject({ again: true });
  expect(mails).toEqual([]);
  await mailSender({ ...options, port, tls: 'none' })(messageOf([notice(1)]), delivery());
  expect(mails).toMatchObject([{ tls: false, login: '' }]);
});

test('a certificate that nobody vouches for is refused', async () => {
  const { ca: _, ...others } = options;
  const send = mailSender({ ...others, port, tls: 'start' });
  await expect(send(messageOf([notice(1)]), delivery())).rejects.toThrow(/self-signed certificate/);
});

test.each([
  ['451 later', true],
  ['554 spam', false],
])('a text that is answered %s may be taken later: %s', async (line, again) => {
  refusal = line;
  await expect(mailSender({ ...options, port, tls: 'none' })(messageOf([notice(1)]), delivery())).rejects.toMatchObject(
    {
      message: expect.stringContaining(line),
      again,
    },
  );
});
