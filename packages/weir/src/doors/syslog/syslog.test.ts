import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodiesOf, inFolder, openHouse } from '../doors.fixture.ts';
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

describe('a message', () => {
  it.each([
    ['<13>1 2026-11-27T10:00:00Z host zeek 1 - - {"a":1}', '{"a":1}'],
    ['<13>1 2026-11-27T10:00:00Z host zeek 1 - [x@1 a="{\\"]"][y] \xef\xbb\xbf{"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host suricata[12]: @cee: {"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host {"a":{"b":1}}', '{"a":{"b":1}}'],
    ['<13>1 - host - - - - <Event xmlns="x"></Event>', '<Event xmlns="x"></Event>'],
    ['{"a":1}', '{"a":1}'],
    ['<13>Nov 27 10:00:00 host CEF:0|a|b|1|2|c|3|msg={"a":1}', undefined],
    ['<13>date=2026-11-27 msg="{x}"', undefined],
  ])('%s', (message, record) => {
    expect(recordOf(Buffer.from(message, 'latin1')).toString('latin1')).toBe(record ?? message);
  });
});

describe('the door', () => {
  it('writes what several senders send, sorted by what it is', () =>
    inFolder(async (folder) => {
      const house = await openHouse(folder);
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, onNotice: () => undefined });
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
      const lines = (await bodiesOf(house)).map(({ source, body }) => [source, ...body.trim().split('\n')]);
      expect(lines.map(([source]) => source)).toEqual(lines.map(() => '127.0.0.1'));
      expect(lines.map(([, ...rest]) => rest.join()).sort()).toEqual([
        '<14>Nov 27 10:00:00 fw CEF:0|a|b|1|2|c|3|x=1',
        '{"ts":1},{"ts":2}',
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
      const door = await SyslogDoor.listen({ reception: house.reception, port: 0, onNotice: () => undefined });
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
});
