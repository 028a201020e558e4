import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodiesOf, clockTimes, inFolder, openHouse } from '../doors.fixture.ts';
import { Reception } from '../reception.ts';
import { SyslogDoor } from './door.ts';
import { FrameRefused, Framing, longestMessage } from './framing.ts';
import { recordOf } from './message.ts';

describe('framing', () => {
  const message = fc
    .string({ unit: fc.constantFrom('a', ' ', '<', '7', '{', 'é'), maxLength: 30 })
    .map((text) => `<13>1 ${text}.`);
  const framed = fc.tuple(message, fc.constantFrom('count', 'line', 'zero', 'return')).map(([text, way]) => ({
    text,
    bytes:
      way === 'count'
        ? `${Buffer.byteLength(text)} ${text}`
        : text + { line: '\n', zero: '\0', return: '\r\n' }[way as 'line' | 'zero' | 'return'],
  }));

  it('is the same wherever the stream is cut, each message by its own frame', () =>
    fc.assert(
      fc.property(fc.array(framed), fc.array(fc.nat({ max: 20 })), (messages, cuts) => {
        const stream = Buffer.from(messages.map(({ bytes }) => bytes).join(''));
        const framing = new Framing();
        const found: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          found.push(...framing.push(stream.subarray(at, at + cut)));
          at += cut;
        }
        found.push(...framing.push(stream.subarray(at)), ...framing.rest());
        expect(found.map(String)).toEqual(messages.map(({ text }) => text));
      }),
    ));

  it('takes a line that begins with a number for a line, and a last one without its end', () => {
    const framing = new Framing();
    expect(framing.push(Buffer.from('1700000000.123 squid\n12 CEF:0\n5 ')).map(String)).toEqual([
      '1700000000.123 squid',
      '12 CEF:0',
    ]);
    expect(framing.push(Buffer.from('last')).map(String)).toEqual([]);
    expect(framing.rest().map(String)).toEqual(['5 last']);
    framing.push(Buffer.from('50 <13>cut off'));
    expect(framing.rest().map(String)).toEqual(['<13>cut off']);
  });

  it('refuses what is too long, announced or not', () => {
    expect(() => new Framing().push(Buffer.from('99999999 <13>'))).toThrow(FrameRefused);
    expect(() => new Framing().push(Buffer.alloc(longestMessage + 1, 'x'))).toThrow(FrameRefused);
  });
});

describe('what stands in front of a message that is too long', () => {
  it.each([
    ['announced', '2000000 <13>too', '<13>too'],
    ['or not', 'x'.repeat(longestMessage + 1), 'x'.repeat(longestMessage + 1)],
  ])('%s is given back message by message', (_, long, left) => {
    const framing = new Framing();
    expect(framing.push(Buffer.from('<13>begun')).map(String)).toEqual([]);
    expect(() => framing.push(Buffer.from(` one\n10 <13>second${long}`))).toThrow(FrameRefused);
    expect(framing.rest().map(String)).toEqual(['<13>begun one', '<13>second', left]);
    expect(framing.rest()).toEqual([]);
  });
});

describe('a message', () => {
  const proxied = '<134>Mar 10 08:15:30 px squid[1]: 1773130530.250 45 10.0.0.5 TCP_MISS/200 9000000 POST';
  it.each([
    ['<13>1 2026-11-27T10:00:00Z host zeek 1 - - {"a":1}', '{"a":1}'],
    ['<13>1 2026-11-27T10:00:00Z host zeek 1 - [x@1 a="{\\"]"][y] \xef\xbb\xbf{"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host suricata[12]: @cee: {"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host {"a":{"b":1}}', '{"a":{"b":1}}'],
    ['<13>1 - host - - - - <Event xmlns="x"></Event>', '<Event xmlns="x"></Event>'],
    ['{"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host CEF:0|a|b|1|2|c|3|msg={"a":1}', undefined],
    ['<13>date=2026-11-27 msg="{x}"', undefined],
    ['<13>Nov 27 10:00:00 host app: {"a":1,"b":"cut o', '{"a":1,"b":"cut o'],
    ['<13>Nov 27 10:00:00 host app: { }', '{ }'],
    ['<13>{"a":1}', '{"a":1}'],
    [`${proxied} http://203.0.113.9/u{ - HIER_DIRECT/203.0.113.9 -`, undefined],
    [`${proxied} http://203.0.113.9/u{"a":1} - HIER_DIRECT/203.0.113.9 -`, undefined],
    [`${proxied} http://203.0.113.9/u@cee:{"a":1} - HIER_DIRECT/203.0.113.9 -`, undefined],
    [`${proxied} http://203.0.113.9/ - HIER_DIRECT/203.0.113.9 {"a":1}`, undefined],
    ['<134>1 - px squid - - - 1773130530.250 45 10.0.0.5 TCP_MISS/200 9 POST http://a.example/{"a":', undefined],
    ['<13>Nov 27 10:00:00 zeek http: 1773130530.25\tC1\t10.0.0.5\t{"a":1}\t-', undefined],
    ['<13>Nov 27 10:00:00 fw 1,2026/11/27 10:00:00,0070,TRAFFIC,end,2561, {"a":1}', undefined],
  ])('%s', (message, record) => {
    expect(recordOf(Buffer.from(message, 'latin1')).toString('latin1')).toBe(record ?? message);
  });
});

const deaf = { onNotice: () => undefined, onBug: () => undefined };

async function until(is: () => boolean): Promise<void> {
  for (let turn = 0; !is() && turn < 500; turn += 1) await pause(10);
  expect(is()).toBe(true);
}

describe('the door', () => {
  it('writes what several senders send, sorted by what it is', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder);
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, ...deaf });
      const send = async (text: string) => {
        const socket = connect(door.port, '127.0.0.1');
        socket.end(text);
        await new Promise((resolve) => socket.once('close', resolve));
      };
      await Promise.all([
        send(
          '<13>1 - h zeek - - - {"ts":1}\n<14>Nov 27 10:00:00 fw CEF:0|a|b|1|2|c|3|x=1\n<13>1 - h zeek - - - {"ts":2}',
        ),
        send('30 <13>1 - h zeek - - - {"ts":3}\n'),
      ]);
      await pause(100);
      await door.close();
      const bodies = await bodiesOf(house);
      expect(bodies.map(({ source }) => source)).toEqual(bodies.map(() => '127.0.0.1'));
      // No body holds records of two formats.
      expect(bodies.filter(({ body }) => /CEF/.test(body) && /ts/.test(body))).toEqual([]);
      expect(bodies.flatMap(({ body }) => body.trim().split('\n')).sort()).toEqual([
        '<14>Nov 27 10:00:00 fw CEF:0|a|b|1|2|c|3|x=1',
        '{"ts":1}',
        '{"ts":2}',
        '{"ts":3}',
      ]);
      await house.close();
    }));

  it('cuts a sender off whose message does not end, and says so', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder);
      const notices: string[] = [];
      const door = await SyslogDoor.listen({
        reception: house.reception,
        port: 0,
        ...deaf,
        onNotice: (text) => notices.push(text),
      });
      const socket = connect(door.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(Buffer.alloc(longestMessage * 2, 'x'));
      await closed;
      await door.close();
      expect(notices).toEqual(['syslog 127.0.0.1: cut off: a message of more than 1048576 bytes']);
      await house.close();
    }));

  it('reads no further while there is no room, and loses nothing', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder, { heldBytes: 600_000 });
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, ...deaf });
      const socket = connect(door.port, '127.0.0.1');
      const sent = Array.from({ length: 40_000 }, (_, n) => `<13>1 - h a - - - {"n":${n}}`);
      socket.end(`${sent.join('\n')}\n`);
      const found = new Set<string>();
      for (let turn = 0; found.size < sent.length && turn < 500; turn += 1) {
        const { end } = house.journal;
        for (const { body } of await bodiesOf(house)) for (const line of body.trim().split('\n')) found.add(line);
        await house.journal.forget(end);
        await pause(20);
      }
      await door.close();
      expect(found.size).toBe(sent.length);
      await house.close();
    }));

  it('counts what has begun in the room that all bodies share, and gives it back', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder, { openBytes: 200_000 });
      const notices: string[] = [];
      const told = { ...deaf, onNotice: (text: string) => notices.push(text) };
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, ...told });
      const socket = connect(door.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`900000 <13>${'x'.repeat(300_000)}`);
      await until(() => house.reception.room.isFull);
      // It is the only one, and waits for itself: it is cut off, and what came of its message is kept.
      await until(() => !house.reception.room.isFull);
      expect(notices).toEqual(['syslog 127.0.0.1: cut off: there is no room for the rest of a long message']);
      await door.close();
      const [{ body } = { body: '' }] = await bodiesOf(house);
      expect(body).toMatch(/^<13>x{200000,300000}\n$/);
      await house.close();
    }));

  it('gives the room back of what is written, though its sender stays and says no more', () =>
    inFolder(async (folder) => {
      const openBytes = 1_000_000;
      const house = await openHouse(folder, { openBytes });
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, ...deaf });
      const socket = connect(door.port, '127.0.0.1');
      socket.on('error', () => undefined);
      const { room } = house.reception;
      const isEmpty = (): boolean => {
        const rest = room.share();
        rest.hold(openBytes - 1);
        const { isFull } = room;
        rest.end();
        return !isFull;
      };
      // Less than what is written at once.
      socket.write(`<13>${'x'.repeat(995)}\n`.repeat(240));
      let written = 0;
      for (let turn = 0; written < 240_000 && turn < 500; turn += 1) {
        await pause(10);
        written = (await bodiesOf(house)).reduce((sum, { body }) => sum + body.length, 0);
      }
      await until(isEmpty);
      expect([written, socket.destroyed]).toEqual([240_000, false]);
      socket.destroy();
      await door.close();
      await house.close();
    }));

  it('outlives a defect, which costs one sender its connection', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder);
      const bugs: unknown[] = [];
      let broken = true;
      const journal = {
        append: (...entry: Parameters<typeof house.journal.append>) =>
          broken ? Promise.reject(new Error('a defect')) : house.journal.append(...entry),
      };
      const { clock, received } = house.reception;
      const reception = new Reception({ journal, clock, received });
      const door = await SyslogDoor.listen({ reception, port: 0, ...deaf, onBug: (error) => bugs.push(error) });
      const first = connect(door.port, '127.0.0.1');
      const ended = new Promise((resolve) => first.once('close', resolve));
      first.write('<13>lost\n');
      await ended;
      expect(bugs).toEqual([new Error('a defect')]);
      broken = false;
      const second = connect(door.port, '127.0.0.1');
      second.end('<13>kept\n');
      await new Promise((resolve) => second.once('close', resolve));
      await door.close();
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['<13>kept\n']);
      await house.close();
    }));

  it('lets no single address shut it for others, and cuts off who does not end a message', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder, { clock: clockTimes(1000) });
      const notices: string[] = [];
      const told = { ...deaf, onNotice: (text: string) => notices.push(text) };
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, mostConnections: 3, ...told });
      const open = async (localAddress: string) => {
        const socket = connect({ port: door.port, host: '127.0.0.1', localAddress });
        socket.on('error', () => undefined);
        await new Promise((resolve) => socket.once('connect', resolve));
        return socket;
      };
      for (let turn = 0; turn < 3; turn += 1) await open('127.0.0.2');
      const honest = await open('127.0.0.3');
      await until(() => notices.length > 0);
      expect(notices).toEqual(['syslog 127.0.0.2: cut off: too many connections']);
      honest.write('<13>whole\n<13>begun');
      await until(() => notices.length > 1);
      expect(notices[1]).toBe('syslog 127.0.0.3: cut off: a message has begun and nothing more came for a minute');
      await door.close();
      const lines = (await bodiesOf(house)).map(({ body }) => body).join('');
      expect(lines).toBe('<13>whole\n<13>begun\n');
      await house.close();
    }));
});
