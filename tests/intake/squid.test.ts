import { describe, expect, it } from 'vitest';
import { networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { withFiles, withIntake } from './intake.ts';

const line =
  '1773130530.250   1500 10.0.0.5 TCP_TUNNEL/200 28854 CONNECT Files.Example.com:443 alice HIER_DIRECT/203.0.113.9 -';
const where = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction"';
const what = '"BytesSent", "BytesReceived", "BytesSource", "Outcome", "State", "AppProtocol", "AccountName"';
const when = `epoch_ms((("Timestamp" - 621355968000000000) // 10000)::BIGINT)::VARCHAR, ("FlowEnd" - "FlowStart") // 10000`;
const told = '"Kind", "ClientIP", "ClientPort", "ServerIP", "ServerPort", "Host"';
const tunnel = '10.0.0.5|null|203.0.113.9|443|outbound|null|28854|squid-http|established|TCP_TUNNEL/200||alice';

/** The one row of a line. */
async function rowOf(text: string): Promise<string> {
  return withFiles({ 'access.log': `${text}\n` }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0, ignored: 0 });
    return (await rows(networkFlows, `${where}, ${what}`))[0] ?? '';
  });
}

describe("Squid's own layout", () => {
  it('has the end of a request, from which its duration leads back; what was sent is unknown', async () => {
    await withFiles({ 'access.log': `${line}\n` }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'squid native', records: 1, rows: 1 });
      expect(await rows(networkFlows, `${when}, ${where}, ${what}`)).toEqual([`2026-03-10 08:15:28.75|1500|${tunnel}`]);
      expect(await rows(observedNames, told)).toEqual(['proxy|10.0.0.5|null||null|files.example.com']);
    });
  });

  it('lines of every kind', async () => {
    const variants: readonly [what: string, line: string, row: string][] = [
      [
        'a URL, through a peer of IPv6',
        '1.250 15 10.0.0.5 TCP_MISS/200 904 GET http://a.example/x?y=1 - HIER_DIRECT/2001:0db8:0:0::52 text/html',
        '10.0.0.5|null|2001:db8::52|80|outbound|null|904|squid-http|established|TCP_MISS/200|http|',
      ],
      [
        'denied: nothing went out, whatever the sizes say',
        '1.250 0 10.0.0.5 TCP_DENIED/403 3693 CONNECT a.example:8531 - HIER_NONE/- text/html',
        '10.0.0.5|null||8531|outbound|null|null||failed|TCP_DENIED/403||',
      ],
      [
        'an error page of the proxy itself',
        '1.250 0 10.0.0.5 TCP_MISS/503 3693 GET http://a.example/ - HIER_NONE/- text/html',
        '10.0.0.5|null||80|outbound|null|null||failed|TCP_MISS/503|http|',
      ],
      [
        'an error that may be of the server or of the proxy',
        '1.250 0 10.0.0.5 TCP_MISS/503 3693 GET http://a.example/ - HIER_DIRECT/203.0.113.9 text/html',
        '10.0.0.5|null|203.0.113.9|80|outbound|null|3693|squid-http|unknown|TCP_MISS/503|http|',
      ],
      [
        'an answer from the cache',
        '1.250 0 10.0.0.5 TCP_MEM_HIT/404 905 GET http://a.example/ - HIER_NONE/- text/html',
        '10.0.0.5|null||80|outbound|null|905|squid-http|established|TCP_MEM_HIT/404|http|',
      ],
      [
        'a parent proxy, whose address is not that of the target',
        '1.250 9 10.0.0.5 TCP_MISS/200 905 CONNECT a.example:443 LARKFIELD%5calice FIRSTUP_PARENT/192.0.2.8 -',
        '10.0.0.5|null||443|outbound|null|905|squid-http|established|TCP_MISS/200||LARKFIELD\\alice',
      ],
      [
        'a CONNECT to an address',
        '1.250 9 10.0.0.5 TCP_TUNNEL/200 905 CONNECT [2001:DB8::9]:443 - HIER_DIRECT/2001:db8::9 -',
        '10.0.0.5|null|2001:db8::9|443|outbound|null|905|squid-http|established|TCP_TUNNEL/200||',
      ],
      [
        'an inner server',
        '1.250 9 10.0.0.5 TCP_MISS/200 905 GET http://10.0.0.80:8080/ - HIER_DIRECT/10.0.0.80 text/html',
        '10.0.0.5|null|10.0.0.80|8080|internal|null|905|squid-http|established|TCP_MISS/200|http|',
      ],
      ['with headers behind it (log_mime_hdrs)', `${line} [Host: a.example] [HTTP/1.1 200 OK]`, tunnel],
      ['in syslog', `<134>Mar 10 08:15:31 px1 (squid-1)[44]: ${line}`, tunnel],
      ['without a size', line.replace('28854', '-'), tunnel.replace('28854|squid-http', 'null|')],
    ];
    const file = variants.map(([, line]) => `${line}\n`).join('');
    await withFiles({ 'access.log': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: variants.length, rejects: 0, ignored: 0 });
      expect(await rows(networkFlows, `${where}, ${what}`)).toEqual(variants.map(([, , row]) => row).sort());
    });
  });

  it.each([
    ['message', (text: string) => JSON.stringify({ '@version': '1', message: text })],
    ['SyslogMessage', (text: string) => JSON.stringify([{ Facility: 'local4', Computer: 'px1', SyslogMessage: text }])],
    ['RawData in CSV', (text: string) => `TimeGenerated,Computer,RawData\n2026-04-01T00:00:00Z,px1,"${text}"\n`],
  ])('is found in %s', async (_, file) => {
    await withFiles({ 'a.log': `${line}\n`, 'b.log': file(line) }, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows }) => rows)).toEqual([1, 1]);
      const [first, second] = await rows(networkFlows, `"EventId", "FlowId", "Timestamp"`);
      expect(second).toBe(first);
    });
  });

  it('tells of each line that is no request why', async () => {
    const lines = [
      line,
      line.replace('alice', 'bob'),
      line.replace('alice', 'carol'),
      '1773130530.250      0 10.0.0.5 NONE/400 3854 NONE error:invalid-request - HIER_NONE/- text/html',
      '1773130530.250      0 10.0.0.9 UDP_MISS/000 44 ICP_QUERY http://a.example/ - HIER_NONE/- -',
      '1773130530.250      0 127.0.0.1 TCP_MISS/200 44 GET cache_object://localhost/info - HIER_NONE/- text/plain',
      '2026/03/10 08:15:30 kid1| Set Current Directory to /var/cache/squid',
    ];
    await withFiles({ 'access.log': lines.join('\n') }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 7, rows: 3, ignored: 3, rejects: 1 });
      expect(Object.keys(inputs[0]?.ignoredWhy ?? {}).sort()).toEqual([
        'questions of one cache to another (ICP) carry no content',
        "questions to Squid's own cache manager",
        'requests without a host, such as connections that asked for nothing',
      ]);
      expect(rejects[0]).toMatchObject({ line: 7, reason: expect.stringContaining('not a line of the same layout') });
    });
  });
});

describe("Squid's common and combined layouts", () => {
  it.each([
    ['common', ''],
    ['combined', '"-" "curl \\"8\\"" '],
  ])('%s has the local time with its offset', async (_, agent) => {
    const text = `10.0.0.5 - alice [10/Mar/2026:09:15:30 +0100] "CONNECT files.example.com:443 HTTP/1.1" 200 1234 ${agent}TCP_TUNNEL:HIER_DIRECT`;
    await withFiles({ 'access.log': `${text}\n` }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'squid common', rows: 1 });
      expect(await rows(networkFlows, `${when}, ${where}, ${what}`)).toEqual([
        '2026-03-10 08:15:30|0|10.0.0.5|null||443|outbound|null|1234|squid-http|established|TCP_TUNNEL/200||alice',
      ]);
    });
  });

  it("are not a web server's", async () => {
    const apache = '10.0.0.5 - alice [10/Mar/2026:09:15:30 +0100] "GET /x HTTP/1.1" 200 1234 "-" "curl"\n';
    await withFiles({ 'access.log': apache }, async ({ inputs }) => expect(inputs[0]?.format).toBeNull());
  });
});

describe('the layout that Weir recommends', () => {
  const own =
    'ts=1773130530.250 dur=1500 client=10.0.0.5 cport=50001 proxy=10.0.0.2 pport=3128 status=TCP_TUNNEL/200 sent=2181167 received=900 method=CONNECT url=203.0.113.9:443 user=alice peer=HIER_DIRECT/203.0.113.9 sni=files.example.com';

  it("has the upload, the client's port and where the proxy listens; TLS names an address", async () => {
    await withFiles({ 'weir.log': `${own}\n` }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'squid weir', rows: 1 });
      expect(await rows(networkFlows, `${when}, ${where}, ${what}`)).toEqual([
        '2026-03-10 08:15:28.75|1500|10.0.0.5|50001|203.0.113.9|443|outbound|2181167|900|squid-http|established|TCP_TUNNEL/200||alice',
      ]);
      expect(await rows(observedNames, told)).toEqual(['proxy|10.0.0.5|50001|10.0.0.2|3128|files.example.com']);
    });
  });

  it('may leave fields out and have them in another order', async () => {
    const fewer = 'url=http://a.example/ received=900 status=TCP_MISS/200 client=10.0.0.5 ts=1773130530.250 sent=-';
    expect(await rowOf(fewer)).toBe('10.0.0.5|null||80|outbound|null|900|squid-http|established|TCP_MISS/200|http|');
  });
});

it("a layout of the administrator's own is refused, with the way out", async () => {
  const lines = [
    '1773130530.391    104 10.0.0.5 58938 TCP_MISS/200 904 123 364 123 528 GET http://a.example/ 1.1 alice HIER_DIRECT/203.0.113.10 80 text/html',
    '1773130530.568    158 10.0.0.5 TCP_TUNNEL/200 28854 2051 CONNECT b.example:443 - HIER_DIRECT/198.51.100.20 -',
    '1773130530.568    158 10.0.0.5 TCP_MISS/200 28854 GET http://b.example:443 1.1 - HIER_DIRECT/198.51.100.20 text/html',
  ];
  for (const text of lines) {
    await withFiles({ 'access.log': `${text}\n` }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ format: null, rows: 0 });
      expect(inputs[0]?.reason).toMatch(/does not guess\. .* logformat weir ts=%ts\.%03tu .* sent=%>st received=%<st /);
    });
  }
});

const table = {
  TenantId: 't',
  Type: 'SquidProxy_CL',
  'TimeGenerated [UTC]': '10/26/2026, 9:43:12.000 PM',
  'EventTime [UTC]': '3/10/2026, 8:15:30.000 AM',
  Computer: 'px1.larkfield.example',
  Description: '',
  ...{ Duration: '1500', SrcIpAddr: '10.0.0.5', ResultCode: 'TCP_TUNNEL', StatusCode: '200', Bytes: '4477' },
  ...{ RequstMethod: 'CONNECT', Url: 'files.example.com:443', Username: '-' },
  ...{ PeerStatus: 'HIER_DIRECT', PeerHost: '203.0.113.9', ContentType: '-' },
};
const empty = Object.fromEntries(Object.keys(table).map((key) => [key, '']));
const cacheLog = {
  ...empty,
  Duration: 'null',
  Bytes: 'null',
  StatusCode: 'null',
  'EventTime [UTC]': table['EventTime [UTC]'],
  Description: 'Service Name: squid\n',
};

it('Sentinel\'s table has the event\'s own time, texts "null" and cache.log', async () => {
  // Told apart by the method alone, under its misspelt name.
  const other = { ...table, RequstMethod: 'OPTIONS' };
  await withFiles({ 'a.json': JSON.stringify([table, other, cacheLog, cacheLog]) }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ format: 'squid sentinel json', records: 4, rows: 2, ignored: 2 });
    expect(await rows(networkFlows, 'count(DISTINCT "EventId")')).toEqual(['2']);
    expect(
      await rows(networkFlows, `DISTINCT ${when}, ${where}, "BytesSent", "BytesReceived", "AccountName", "Sensor"`),
    ).toEqual(['2026-03-10 08:15:28.5|1500|10.0.0.5|null|203.0.113.9|443|outbound|null|4477||px1.larkfield.example']);
  });
});

const shared = sharedPath('telemetry', 'proxy', 'azs_SquidProxy.json');
it.skipIf(shared === undefined)('a real export has 8 requests among 500 rows', async () => {
  await withIntake([shared ?? ''], async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ records: 500, rows: 8, ignored: 492, rejects: 0 });
    const found = await rows(networkFlows, '"RemoteIP", "BytesReceived", "Outcome"');
    expect(found).toContain('2a01:111:2003::52|3914|unknown');
    expect(found).toContain('|null|failed');
    const times = await rows(
      networkFlows,
      `year(make_timestamp((("Timestamp" - 621355968000000000) // 10)::BIGINT)) || '-' || month(make_timestamp((("Timestamp" - 621355968000000000) // 10)::BIGINT))`,
    );
    expect(new Set(times)).toEqual(new Set(['2020-4']));
  });
});
