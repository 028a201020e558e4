import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bodiesOf, good, type House, inFolder, openHouse, repeatsOf, withDoors } from './doors.fixture.ts';

async function withHouse<Result>(
  use: (url: string, house: House) => Promise<Result>,
  options: { heldBytes?: number } = {},
): Promise<Result> {
  return inFolder(async (folder) => {
    const house = await openHouse(folder, options);
    try {
      return await withDoors(house, (url) => use(url, house));
    } finally {
      await house.close();
    }
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what is tested.
const json = async (answer: Response): Promise<any> => answer.json();
const post = (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { ...good, ...headers } });

describe('/ingest/{source}', () => {
  it('takes a body once it is on disk, however it is packed, and the same body once', () =>
    withHouse(async (url, house) => {
      const text = '{"a":1}\n{"a":2}\n';
      const packed: [string, Uint8Array<ArrayBuffer>][] = [
        ['gzip', new Uint8Array(Buffer.concat([gzipSync(text), gzipSync('{"a":3}\n')]))],
        ['deflate', new Uint8Array(deflateSync(`${text}z`))],
        ['deflate', new Uint8Array(deflateRawSync(`${text}raw`))],
        ['zstd', new Uint8Array(Buffer.concat([zstdCompressSync(text), zstdCompressSync('two')]))],
      ];
      for (const body of [text, text]) expect((await post(`${url}/ingest/zeek`, body)).status).toBe(202);
      for (const [encoding, body] of packed)
        expect((await post(`${url}/ingest/zeek`, body, { 'content-encoding': encoding })).status).toBe(202);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual([
        text,
        `${text}{"a":3}\n`,
        `${text}z`,
        `${text}raw`,
        `${text}two`,
      ]);
      expect(await repeatsOf(house)).toEqual({ zeek: 1 });
    }));

  it('tells equal bodies apart by the keys that their sender gives them', () =>
    withHouse(async (url, house) => {
      for (const key of ['1', '2', '2'])
        expect((await post(`${url}/ingest/beat`, 'up\n', { 'idempotency-key': key })).status).toBe(202);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['up\n', 'up\n']);
      expect(await repeatsOf(house)).toEqual({ beat: 1 });
    }));

  it('forgets after days in which it ran what was taken', () =>
    inFolder(async (folder) => {
      let now = 638_000_000_000_000_000n;
      const clock = { now: () => now, sleep: async () => undefined };
      const house = await openHouse(folder, { clock });
      await withDoors(house, async (url) => {
        const day = 864_000_000_000n;
        for (const later of [0n, day, 3n * day, 10n * day]) {
          now += later;
          expect((await post(`${url}/ingest/a`, 'x')).status).toBe(202);
        }
      });
      expect([(await bodiesOf(house)).length, await repeatsOf(house)]).toEqual([3, { a: 1 }]);
      await house.close();
    }));

  it('refuses what it cannot take, and says why', () =>
    withHouse(async (url, house) => {
      const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
      const frames = new Uint8Array(
        Buffer.concat(Array.from({ length: 20 }, () => zstdCompressSync(Buffer.alloc(100_000)))),
      );
      const told = async (answer: Response) => [answer.status, (await json(answer)).detail];
      const stranger = [401, 'no token that is known'];
      expect(await told(await fetch(`${url}/ingest/a`, { method: 'POST', body: 'x' }))).toEqual(stranger);
      expect(await told(await post(`${url}/ingest/a`, 'x', { authorization: 'Bearer reader' }))).toEqual([
        403,
        'reader may read and not ingest',
      ]);
      expect((await told(await post(`${url}/ingest/..%2fetc`, 'x')))[0]).toBe(400);
      expect(await told(await post(`${url}/ingest/a`, ''))).toEqual([400, 'The body is empty.']);
      expect(await told(await post(`${url}/ingest/a`, bomb, { 'content-encoding': 'gzip' }))).toEqual([
        413,
        'more than 1000000 bytes when unpacked; send it in smaller pieces',
      ]);
      expect((await told(await post(`${url}/ingest/a`, frames, { 'content-encoding': 'zstd' })))[0]).toBe(413);
      expect(await told(await post(`${url}/ingest/a`, 'no gzip', { 'content-encoding': 'gzip' }))).toEqual([
        400,
        'the body cannot be unpacked as gzip: it is broken or cut off',
      ]);
      expect((await told(await post(`${url}/ingest/a`, 'x', { 'content-encoding': 'br' })))[0]).toBe(415);
      expect(await bodiesOf(house)).toEqual([]);
    }));

  it('holds a client off while there is no room, and takes what it sends again', () =>
    withHouse(
      async (url, house) => {
        const body = 'x'.repeat(600);
        expect((await post(`${url}/ingest/a`, body)).status).toBe(202);
        const busy = await post(`${url}/ingest/a`, `${body}2`);
        expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
        const held = post(`${url}/ingest/a`, `${body}2`);
        await house.journal.forget({ file: 99, offset: 0 });
        expect((await held).status).toBe(202);
        const before = house.journal.held;
        expect((await post(`${url}/ingest/a`, `${body}2`)).status).toBe(202);
        expect(house.journal.held - before).toBeLessThan(200);
      },
      { heldBytes: 1000 },
    ));
});

describe('HEC', () => {
  const splunk = { authorization: 'Splunk good' };
  const channel = '0b0f6c1e-6d0f-4c47-8e5f-5d0f1f7f0a11';
  const told = async (answer: Response) => [answer.status, await json(answer)] as const;

  it('takes events out of their envelopes, as they were written', () =>
    withHouse(async (url, house) => {
      const body = [
        '{"time":"1","sourcetype":"zeek:conn","event":{"ts":1.50,"uid":"C1","n":12345678901234567890}}',
        '{"event":"CEF:0|a|b|1|2|c|3|src=1.1.1.1","source":"/var/log/fw"}\n{"event":{"b":"}\\"{"},"sourcetype":"zeek:conn"}',
      ].join('');
      expect(await told(await post(`${url}/services/collector/event`, body, splunk))).toEqual([
        200,
        { text: 'Success', code: 0 },
      ]);
      expect(await bodiesOf(house)).toEqual([
        { door: 'hec', source: 'zeek:conn', body: '{"ts":1.50,"uid":"C1","n":12345678901234567890}\n' },
        { door: 'hec', source: '/var/log/fw', body: 'CEF:0|a|b|1|2|c|3|src=1.1.1.1\n' },
        { door: 'hec', source: 'zeek:conn', body: '{"b":"}\\"{"}\n' },
      ]);
    }));

  it('takes raw lines, and acknowledges what is on disk once', () =>
    withHouse(async (url, house) => {
      const raw = `${url}/services/collector/raw?channel=${channel}&sourcetype=squid`;
      const [, first] = await told(await post(raw, 'one\n\ntwo', splunk));
      const [, second] = await told(await post(raw, 'three', splunk));
      expect(second.ackId).toBe(first.ackId + 1);
      const asked = JSON.stringify({ acks: [first.ackId, second.ackId, 7] });
      const ask = () => post(`${url}/services/collector/ack?channel=${channel}`, asked, splunk);
      expect(await json(await ask())).toEqual({ acks: { [first.ackId]: true, [second.ackId]: true, 7: false } });
      expect(await json(await ask())).toEqual({ acks: { [first.ackId]: false, [second.ackId]: false, 7: false } });
      expect((await bodiesOf(house)).map(({ source, body }) => [source, body])).toEqual([
        ['squid', 'one\ntwo\n'],
        ['squid', 'three\n'],
      ]);
    }));

  it('refuses with the codes that clients know', () =>
    withHouse(async (url, house) => {
      const event = `${url}/services/collector`;
      const code = async (answer: Promise<Response>) => (await told(await answer))[1];
      expect(await code(fetch(event, { method: 'POST', body: '{}' }))).toEqual({ text: 'Token is required', code: 2 });
      expect((await code(post(event, '{}', { authorization: 'Splunk' }))).code).toBe(3);
      expect((await code(post(event, '{}', { authorization: 'Splunk bad' }))).code).toBe(4);
      expect((await code(post(event, '', splunk))).code).toBe(5);
      expect(await code(post(event, '{"event":1}{"event":', splunk))).toEqual({
        text: 'Invalid data format',
        code: 6,
        'invalid-event-number': 1,
      });
      expect((await code(post(event, '{"time":1}', splunk))).code).toBe(12);
      expect((await code(post(event, '{"event":""}', splunk))).code).toBe(13);
      expect((await code(post(`${event}?channel=x`, '{"event":1}', splunk))).code).toBe(11);
      expect((await code(post(`${event}/ack`, '{"acks":[1]}', splunk))).code).toBe(10);
      const packed = { ...splunk, 'content-encoding': 'gzip', 'x-splunk-request-channel': channel };
      expect(await code(post(`${event}/ack`, 'no gzip', packed))).toEqual({
        text: 'the body cannot be unpacked as gzip: it is broken or cut off',
        code: 6,
      });
      expect((await code(fetch(`${event}/health`))).code).toBe(17);
      expect(await bodiesOf(house)).toEqual([]);
    }));

  it('knows a batch that comes again with more behind it', () =>
    withHouse(async (url, house) => {
      const events = (...texts: string[]) => texts.map((event) => JSON.stringify({ event })).join('\n');
      for (const body of [events('a', 'b'), events('a', 'b'), events('a', 'b', 'c'), events('a', 'b', 'c', 'd')])
        expect((await post(`${url}/services/collector`, body, splunk)).status).toBe(200);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['a\nb\n', 'c\n', 'd\n']);
      expect(await repeatsOf(house)).toEqual({ tester: 3 });
    }));

  it('takes an event that says the same at another time or on another host', () =>
    withHouse(async (url, house) => {
      const body = (time: number, host: string) => JSON.stringify({ time, host, event: 'denied' });
      for (const sent of [body(1, 'a'), body(2, 'a'), body(2, 'b'), body(2, 'b'), body(2, 'b') + body(3, 'b')])
        expect((await post(`${url}/services/collector`, sent, splunk)).status).toBe(200);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(Array(4).fill('denied\n'));
      expect(await repeatsOf(house)).toEqual({ tester: 2 });
    }));

  it('hangs up while there is no room', () =>
    withHouse(
      async (url) => {
        await expect(post(`${url}/services/collector`, '{"event":"x"}', splunk)).rejects.toThrow();
        expect((await told(await fetch(`${url}/services/collector/health`)))[1].code).toBe(18);
      },
      { heldBytes: 10 },
    ));
});

describe('_bulk', () => {
  const lines = (...values: unknown[]) => `${values.map((value) => JSON.stringify(value)).join('\n\n')}\n`;
  const create = (id: string, index = 'zeek-conn') => ({ create: { _index: index, _id: id } });

  it('answers each item, in order, and takes a document with an _id once', () =>
    withHouse(async (url, house) => {
      const body = lines(create('1'), { a: 1 }, create('2'), { a: 2 }, create('1'), { a: 1 }, { index: {} }, { b: 3 });
      const answer = await post(`${url}/other/_bulk`, body, { 'content-type': 'application/x-ndjson' });
      expect([answer.status, answer.headers.get('x-elastic-product')]).toEqual([200, 'Elasticsearch']);
      const { items, errors } = await json(answer);
      expect(errors).toBe(false);
      expect(
        items.map((item: Record<string, { _index: string; status: number }>) => Object.entries(item)[0]),
      ).toMatchObject([
        ['create', { _index: 'zeek-conn', _id: '1', status: 201 }],
        ['create', { _index: 'zeek-conn', _id: '2', status: 201 }],
        ['create', { _index: 'zeek-conn', _id: '1', status: 201 }],
        ['index', { _index: 'other', status: 201 }],
      ]);
      await post(`${url}/_bulk`, lines(create('2'), { a: 2 }, create('3'), { a: 3 }));
      expect(await bodiesOf(house)).toEqual([
        { door: 'bulk', source: 'zeek-conn', body: '{"a":1}\n{"a":2}\n' },
        { door: 'bulk', source: 'other', body: '{"b":3}\n' },
        { door: 'bulk', source: 'zeek-conn', body: '{"a":3}\n' },
      ]);
      expect(await repeatsOf(house)).toEqual({ 'zeek-conn': 2 });
    }));

  it('takes what says something else under an _id, and the same under another', () =>
    withHouse(async (url, house) => {
      const sent = [
        lines({ index: { _id: '1' } }, { a: 1 }),
        lines({ index: { _id: '1' } }, { a: 2 }),
        lines({ index: { _id: '2' } }, { a: 1 }),
        lines({ index: { _id: '2' } }, { a: 1 }),
      ];
      for (const body of sent) expect((await json(await post(`${url}/x/_bulk`, body))).items[0].index.status).toBe(201);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['{"a":1}\n', '{"a":2}\n', '{"a":1}\n']);
      expect(await repeatsOf(house)).toEqual({ x: 1 });
    }));

  it('knows an index a day for one source', () =>
    withHouse(async (url, house) => {
      for (const index of ['logs-zeek-2026.11.27', 'logs-zeek-2026.11', 'logs-zeek', '2026.11.27'])
        await post(`${url}/_bulk`, lines({ create: { _index: index } }, { index }));
      expect((await bodiesOf(house)).map(({ source }) => source)).toEqual([
        'logs-zeek',
        'logs-zeek',
        'logs-zeek',
        '2026.11.27',
      ]);
    }));

  it('knows documents and batches of before a restart', () =>
    inFolder(async (folder) => {
      const send = async (url: string, body: string) => expect((await post(`${url}/_bulk`, body)).status).toBe(200);
      const first = await openHouse(folder);
      await withDoors(first, async (url) => {
        await send(url, lines(create('1'), { a: 1 }));
        await send(url, lines(create(''), { b: 1 }));
      });
      await first.close();
      const second = await openHouse(folder);
      await withDoors(second, async (url) => {
        await send(url, lines(create('1'), { a: 1 }, create('2'), { a: 2 }));
        await send(url, lines(create(''), { b: 1 }, create(''), { b: 2 }));
      });
      expect((await bodiesOf(second)).map(({ body }) => body)).toEqual([
        '{"a":1}\n',
        '{"b":1}\n',
        '{"a":2}\n',
        '{"b":2}\n',
      ]);
      await second.close();
    }));

  it('refuses what only a database does, item by item, and a body that is none', () =>
    withHouse(async (url, house) => {
      const body = lines({ delete: { _id: '1' } }, { update: { _id: '1' } }, { doc: {} }, create(''), { c: 1 });
      const { items, errors } = await json(await post(`${url}/x/_bulk`, body));
      expect([
        errors,
        items.map((item: object) => Object.values<{ status: number }>(item as never)[0]?.status),
      ]).toEqual([true, [400, 400, 201]]);
      expect((await post(`${url}/_bulk`, 'what')).status).toBe(400);
      expect((await post(`${url}/_bulk`, '{}', { authorization: 'ApiKey YTpiYWQ=' })).status).toBe(401);
      expect((await post(`${url}/_bulk`, body, { authorization: `ApiKey ${btoa('id:good')}` })).status).toBe(200);
      expect((await bodiesOf(house)).map(({ body }) => body)).toEqual(['{"c":1}\n']);
    }));

  it('is asked for its version, licence and health', () =>
    withHouse(async (url) => {
      expect((await json(await fetch(url))).tagline).toBe('You Know, for Search');
      expect((await json(await fetch(`${url}/_license`))).license.status).toBe('active');
      for (const path of ['/_cluster/health', '/_cat/health', '/_nodes/http', '/_xpack', '/_ilm/policy/a']) {
        const answer = await fetch(`${url}${path}`);
        expect([answer.status, answer.headers.get('x-elastic-product')]).toEqual([200, 'Elasticsearch']);
      }
      expect((await fetch(`${url}/_index_template/a`, { method: 'PUT', body: '{}' })).status).toBe(200);
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
    }));

  it('hangs up while there is no room, and so do the questions whether it is back', () =>
    withHouse(
      async (url) => {
        await expect(post(`${url}/_bulk`, lines(create('1'), { a: 1 }))).rejects.toThrow();
        await expect(fetch(`${url}/_cat/health`)).rejects.toThrow();
        await expect(fetch(url, { method: 'HEAD' })).rejects.toThrow();
      },
      { heldBytes: 10 },
    ));
});

describe('OTLP', () => {
  const record = (...records: object[]) => ({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [{ logRecords: records }],
      },
    ],
  });

  it('takes texts, objects and parsed attributes, and says which records hold nothing', () =>
    withHouse(async (url, house) => {
      const member = (key: string, value: object) => ({ key, value });
      const body = record(
        { body: { stringValue: '{"ts":1}' } },
        {
          body: {
            kvlistValue: {
              values: [member('ts', { doubleValue: 1.5 }), member('n', { intValue: '12345678901234567890' })],
            },
          },
        },
        { attributes: [member('log.file.name', { stringValue: 'conn.log' }), member('ok', { boolValue: true })] },
        {},
      );
      const answer = await post(`${url}/v1/logs`, JSON.stringify(body), { 'content-type': 'application/json' });
      expect(await json(answer)).toEqual({
        partialSuccess: { rejectedLogRecords: '1', errorMessage: 'log records without body and attributes' },
      });
      expect((await bodiesOf(house)).map(({ source, body }) => [source, body])).toEqual([
        ['shop', '{"ts":1}\n{"ts":1.5,"n":12345678901234567890}\n'],
        ['conn.log', '{"log.file.name":"conn.log","ok":true}\n'],
      ]);
    }));

  it('takes a record that says the same at another time', () =>
    withHouse(async (url, house) => {
      const said = (timeUnixNano: string) => JSON.stringify(record({ timeUnixNano, body: { stringValue: 'denied' } }));
      for (const body of [said('1'), said('2'), said('2')])
        expect((await post(`${url}/v1/logs`, body, { 'content-type': 'application/json' })).status).toBe(200);
      expect([(await bodiesOf(house)).length, await repeatsOf(house)]).toEqual([2, { shop: 1 }]);
    }));

  it('refuses in the form in which it is asked', () =>
    withHouse(async (url) => {
      const protobuf = await post(`${url}/v1/logs`, 'not it', { 'content-type': 'application/x-protobuf' });
      expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
      const json = await post(`${url}/v1/logs`, '[]', { 'content-type': 'application/json' });
      expect([json.status, await json.json()]).toEqual([
        400,
        { code: 3, message: 'the body is no ExportLogsServiceRequest' },
      ]);
      expect((await post(`${url}/v1/logs`, '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    }));

  it.each([
    ['{"x":1}', 400],
    ['{"resourceLogs":[{"scope_logs":[{"log_records":[{"body":{"stringValue":"x"}}]}]}]}', 400],
    ['{"resourceLogs":[]}', 200],
    [' {} ', 200],
  ])('answers %s with %i: what holds no record is taken only where it says that it is empty', (body, status) =>
    withHouse(async (url) => {
      expect((await post(`${url}/v1/logs`, body, { 'content-type': 'application/json' })).status).toBe(status);
    }),
  );

  it('says when to come again while there is no room', () =>
    withHouse(
      async (url) => {
        const body = JSON.stringify(record({ body: { stringValue: 'x' } }));
        const answer = await post(`${url}/v1/logs`, body, { 'content-type': 'application/json' });
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      },
      { heldBytes: 10 },
    ));
});

describe('every door', () => {
  const paths = ['/ingest/a', '/services/collector', '/_bulk'];

  it('answers a defect of ours as one, and tells it', () =>
    withHouse(async (url, house) => {
      await house.journal.close();
      for (const path of paths) {
        const body = path === '/_bulk' ? '{"index":{"_index":"a"}}\n{"a":1}\n' : '{"event":1}';
        expect((await post(`${url}${path}`, body)).status).toBe(500);
      }
      expect(house.bugs).toEqual(paths.map(() => new Error('the journal is closed')));
    }));

  it('makes nothing of a body that breaks off', () =>
    withHouse(async (url, house) => {
      for (const path of paths) {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        const head = ['host: x', 'authorization: Bearer good', 'content-length: 100'];
        socket.write(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{"event":`);
        await pause(50);
        socket.destroy();
      }
      await pause(50);
      expect([house.bugs, await bodiesOf(house)]).toEqual([[], []]);
    }));
});
