import { describe, expect, it } from 'vitest';
import { dnsEvents, networkFlows, observedBodies, observedNames } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import {
  counters,
  dnsRecord,
  type Eve,
  fileRecord,
  flowRecord,
  fromServer,
  handshake,
  httpRecord,
  ndjson,
  netflowRecord,
  quicRecord,
  tlsRecord,
  usualTimes,
} from './eveRecords.ts';
import { type Taken, withFiles, withIntake } from './intake.ts';

const withEve = <Result>(records: readonly Eve[], use: (taken: Taken) => Promise<Result>): Promise<Result> =>
  withFiles({ 'eve.json': ndjson(records) }, use);

const ends = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort"';
const bytes = '"BytesSent", "BytesReceived"';
const flowColumns = `"FlowStart", "FlowEnd", ${ends}, "Direction", ${bytes}, "BytesSource", "Outcome", "State"`;
const usual = [
  '639087273000000010|639087273600000000|10.0.0.5|50001|203.0.113.9|443|outbound',
  // Less 54 bytes a frame: Ethernet, IPv4 and TCP.
  `${62_540 - 10 * 54}|${1432 - 8 * 54}|suricata-frame|established|closed`,
].join('|');

describe('a flow of Suricata', () => {
  it('has the times of the flow, and payload estimated from its frames', async () => {
    await withEve([flowRecord()], async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'suricata json', rows: 1, complete: true });
      expect(await rows(networkFlows, flowColumns)).toEqual([usual]);
      expect(await rows(networkFlows, '"IpBytesSent", "PacketsSent", "MissedBytes", "IsPart", "AppProtocol"')).toEqual([
        `${62_540 - 140}|10|null|false|tls`,
      ]);
    });
  });

  it('is the same however its record is written', async () => {
    const variants: readonly (readonly [what: string, record: Eve])[] = [
      ['an earlier timestamp', flowRecord({ timestamp: '2019-01-01T00:00:00.000000+0000' })],
      ['no timestamp worth the name', flowRecord({ timestamp: 'later' })],
      [
        'an offset',
        flowRecord({}, { start: '2026-03-10T10:15:00.000001+0200', end: '2026-03-10T04:16:00.000000-0400' }),
      ],
      ['a mapped address', flowRecord({ src_ip: '0000:0000:0000:0000:0000:ffff:0a00:0005' })],
      ['counters as text', flowRecord({ src_port: '50001' }, { bytes_toserver: '62540', pkts_toserver: '10' })],
      ['a bypassed flow', flowRecord({}, { bypassed: counters, bypass: 'capture' })],
      ['members that Weir does not know', flowRecord({ vlan: [7], metadata: { a: [{}] } }, { exception_policy: [{}] })],
    ];
    const records = variants.map(([what, record]) => ({ ...record, flow_id: what }));
    await withEve(records, async ({ rows }) => {
      expect(await rows(networkFlows, `"FlowId", ${flowColumns}`)).toEqual(
        variants.map(([what]) => `${what}|${usual}`).sort(),
      );
    });
  });

  it('is established, failed or unknown', async () => {
    const variants: readonly (readonly [what: string, record: Eve, outcome: string])[] = [
      [
        'without an answer',
        flowRecord({}, { pkts_toclient: 0, state: 'new' }, { tcp_flags_ts: '02', tcp_flags_tc: '00' }),
        'failed|null|new',
      ],
      [
        'refused by a reset',
        flowRecord({}, { pkts_toserver: 1, state: 'closed' }, { tcp_flags_ts: '02', tcp_flags_tc: '14' }),
        'failed|null|closed',
      ],
      ['dropped by Suricata itself', flowRecord({}, { action: 'drop' }), 'failed|null|closed'],
      [
        'reset after the handshake',
        flowRecord({}, {}, { ...handshake, tcp_flags_tc: '1e' }),
        'established|62000|closed',
      ],
      [
        'with a gap',
        flowRecord({}, {}, { ...handshake, ts_gap: true, tc_gap: false }),
        'established|62000|closed ts_gap',
      ],
      [
        'seen from its middle',
        flowRecord({}, { state: 'new' }, { tcp_flags_ts: '00', tcp_flags_tc: '00' }),
        'unknown|62000|new',
      ],
      [
        'taken up in its middle',
        flowRecord({}, { state: 'established' }, { tcp_flags_ts: '18', tcp_flags_tc: '10' }),
        'established|62000|established',
      ],
      ['of old versions, without flags', flowRecord({}, {}, null), 'established|62000|closed'],
      [
        'of UDP without an answer',
        flowRecord({ proto: 'UDP' }, { pkts_toclient: 0, state: 'new' }, null),
        'failed|null|new',
      ],
      [
        'of UDP',
        flowRecord({ proto: 'UDP' }, { state: 'established' }, null),
        `established|${62_540 - 10 * 42}|established`,
      ],
      [
        'of ICMP for IPv6',
        flowRecord({ proto: 'IPv6-ICMP', src_ip: '2001:db8::1' }, {}, null),
        `established|${62_540 - 10 * 62}|closed`,
      ],
    ];
    const records = variants.map(([what, record]) => ({ ...record, flow_id: what }));
    await withEve(records, async ({ rows }) => {
      expect(await rows(networkFlows, '"FlowId", "Outcome", "BytesSent", "State"')).toEqual(
        variants.map(([what, , outcome]) => `${what}|${outcome}`).sort(),
      );
    });
  });

  it('that puts the server first, having missed the beginning, is turned round', async () => {
    const middle = flowRecord({ ...fromServer, src_port: 8065 }, { state: 'new' }, { tcp_flags_ts: '00' });
    const datagrams = flowRecord({ ...fromServer, proto: 'UDP' }, {}, null);
    const inside = flowRecord({ ...fromServer, src_ip: '10.0.0.9' }, { state: 'new' }, null);
    const proper = flowRecord({ ...fromServer, src_port: 443, dest_port: 50001 });
    await withEve([middle, datagrams, inside, proper], async ({ rows }) => {
      expect(await rows(networkFlows, `${ends}, "Direction", "PacketsSent"`)).toEqual([
        '10.0.0.5|50001|10.0.0.9|443|internal|8',
        '10.0.0.5|50001|203.0.113.9|443|inbound|8',
        '10.0.0.5|50001|203.0.113.9|443|outbound|8',
        '10.0.0.5|50001|203.0.113.9|8065|outbound|8',
      ]);
    });
  });

  it('says unknown where a counter is missing, and zero where it is zero', async () => {
    const none = flowRecord({ flow_id: 1 }, { bytes_toserver: undefined, bytes_toclient: undefined });
    const zero = flowRecord({ flow_id: 2 }, { bytes_toserver: 0, pkts_toserver: 0 });
    await withEve([none, zero], async ({ rows }) => {
      expect(await rows(networkFlows, `${bytes}, "BytesSource"`)).toEqual(['0|1000|suricata-frame', 'null|null|']);
    });
  });

  it('is rejected without its start, an address or counters that are numbers', async () => {
    const records = [
      flowRecord({}, { start: undefined }),
      flowRecord({}, { start: 'noon' }),
      flowRecord({ flow: undefined }),
      flowRecord({ dest_ip: undefined }),
      flowRecord({}, { bytes_toserver: -1 }),
      flowRecord({}, { pkts_toclient: 'many' }),
      flowRecord({ flow: 'none' }),
    ];
    await withEve(records, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 7, rows: 0, rejects: 7 });
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'the time when the flow started (flow.start) is missing',
        'the time when the flow started (flow.start) is no ISO 8601 time',
        'the time when the flow started (flow.start) is missing',
        'an address of the connection is missing',
        'a byte or packet counter is not a number from 0',
        'a byte or packet counter is not a number from 0',
        'the time when the flow started (flow.start) is missing',
      ]);
    });
  });

  it('in two files is one, and of two sensors two', async () => {
    const files = { 'a.json': ndjson([flowRecord()]), 'b.json': ndjson([flowRecord(), flowRecord({ host: 'north' })]) };
    await withFiles(files, async ({ rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId", "Sensor"')).size).toBe(2);
    });
  });
});

describe('netflow records of Suricata', () => {
  it('are parts, each of one direction, both turned the same way', async () => {
    await withEve([netflowRecord(), netflowRecord(fromServer, { bytes: 1432, pkts: 8 })], async ({ rows }) => {
      expect(await rows(networkFlows, `${ends}, "Direction", ${bytes}, "IsPart", "Outcome"`)).toEqual([
        '10.0.0.5|50001|203.0.113.9|443|outbound|62000|null|true|unknown',
        '10.0.0.5|50001|203.0.113.9|443|outbound|null|1000|true|unknown',
      ]);
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(2);
    });
  });
});

describe('names of Suricata', () => {
  it('are the SNI, the Host header and what CONNECT asks for, joined by flow_id', async () => {
    const proxy = { hostname: 'proxy.example', http_method: 'CONNECT', url: 'Paste.Example:443' };
    const second = {
      hostname: undefined,
      request_headers: [
        { name: ':method', value: 'PUT' },
        { name: ':authority', value: 'h2.example' },
      ],
    };
    const records = [tlsRecord(), quicRecord(), httpRecord(), httpRecord(proxy), httpRecord(second)];
    await withEve(records, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 5 });
      const shown = '"Kind", "Host", "FlowId", "ClientIP", "ServerPort"';
      expect(await rows(observedNames, shown)).toEqual(
        ['http|files.example', 'http|h2.example', 'proxy|paste.example', 'quic|quic.example', 'tls|upload.example'].map(
          (start) => `${start}|1511077320863172|10.0.0.5|443`,
        ),
      );
    });
  });

  it('are not invented where a handshake or request has none', async () => {
    const records = [
      tlsRecord({ sni: undefined, subject: 'CN=www.example' }),
      httpRecord({ hostname: '' }),
      flowRecord(),
    ];
    await withEve(records, async ({ inputs, rows }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({
        'handshakes without a server name tell Weir nothing': 1,
        'requests without a host tell Weir nothing': 1,
      });
      expect(await rows(observedNames)).toEqual([]);
    });
  });
});

describe('DNS of Suricata', () => {
  const chain = [
    { rrname: 'a.example', rrtype: 'CNAME', ttl: 300, rdata: 'cdn.example' },
    { rrname: 'cdn.example', rrtype: 'A', ttl: 60, rdata: '203.0.113.1' },
  ];
  const told = '[{"data":"cdn.example","ttl":300},{"data":"203.0.113.1","ttl":60}]';
  const reply = { ...fromServer, src_ip: '10.0.0.2', src_port: 53, proto: 'UDP' };
  const asked = { rrname: 'A.Example', rrtype: 'A' };
  it('is read in its three forms', async () => {
    const forms: readonly (readonly [form: string, record: Eve, answers: string, name: string])[] = [
      [
        'first',
        dnsRecord({ type: 'answer', rcode: 'NOERROR', ...asked, ttl: 60, rdata: '203.0.113.1' }, reply),
        '[{"data":"203.0.113.1","ttl":60}]',
        '203.0.113.1|60',
      ],
      [
        'second',
        dnsRecord({ version: 2, type: 'answer', rcode: 'NOERROR', ...asked, answers: chain, grouped: { A: ['x'] } }),
        told,
        '203.0.113.1|60',
      ],
      [
        'second, grouped',
        dnsRecord({
          version: 2,
          type: 'answer',
          rcode: 'NOERROR',
          ...asked,
          grouped: { A: ['203.0.113.1'], CNAME: ['cdn.example'], TXT: ['t'] },
        }),
        '[{"data":"cdn.example","ttl":null},{"data":"203.0.113.1","ttl":null}]',
        '203.0.113.1|null',
      ],
      [
        'third',
        dnsRecord({ version: 3, type: 'response', rcode: 'NOERROR', queries: [asked], answers: chain }, reply),
        told,
        '203.0.113.1|60',
      ],
    ];
    const records = forms.map(([form, record]) => ({ ...record, flow_id: form }));
    await withEve(records, async ({ rows }) => {
      const shown =
        '"FlowId", "ClientIP", "ClientPort", "ServerIP", "ServerPort", "QueryName", "QueryType", "ResponseCode", "Answers"';
      expect(await rows(dnsEvents, shown)).toEqual(
        forms.map(([form, , answers]) => `${form}|10.0.0.5|50001|10.0.0.2|53|a.example|A|NOERROR|${answers}`).sort(),
      );
      expect(await rows(observedNames, '"FlowId", "Kind", "ClientIP", "Host", "ServerIP", "TtlSeconds"')).toEqual(
        forms.map(([form, , , name]) => `${form}|dns|10.0.0.5|a.example|${name}`).sort(),
      );
    });
  });

  it('keeps questions, without a response code of their own', async () => {
    const records = [
      dnsRecord({ type: 'query', ...asked }),
      dnsRecord({ version: 3, type: 'request', rcode: 'NOERROR', queries: [asked] }),
      dnsRecord({ version: 2, type: 'answer', rcode: 'NXDOMAIN', ...asked }),
      dnsRecord({ type: 'answer', rcode: 'NOERROR' }),
    ];
    await withEve(records, async ({ inputs, rows }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({ 'DNS messages without a question tell Weir nothing': 1 });
      expect(await rows(dnsEvents, '"QueryName", "ResponseCode", "Answers"')).toEqual([
        'a.example|NXDOMAIN|null',
        'a.example||null',
        'a.example||null',
      ]);
    });
  });
});

describe('files of Suricata', () => {
  it('are sent by the source of their record, whatever http.length says', async () => {
    const upload = fileRecord();
    const download = fileRecord({ size: 60_321 }, { ...fromServer, src_port: 5000 });
    const named = fileRecord({}, { src_port: 5001, dest_port: 9000, http: { http_port: 9000 } });
    const pulled = fileRecord(
      { size: 5 },
      { ...fromServer, http: undefined, ftp_data: { command: 'RETR' }, src_port: 60_000 },
    );
    await withEve([upload, download, named, pulled], async ({ rows }) => {
      expect(
        await rows(observedBodies, '"ClientIP", "ClientPort", "ServerPort", "SentByClient", "SentByServer"'),
      ).toEqual([
        '10.0.0.5|50001|5000|61484|null',
        '10.0.0.5|50001|5000|null|60321',
        '10.0.0.5|50001|60000|null|5',
        '10.0.0.5|5001|9000|61484|null',
      ]);
      // Which host they were sent to is told with them.
      expect(await rows(observedNames, '"Kind", "ClientIP", "ClientPort", "ServerPort", "Host", "BytesSent"')).toEqual([
        'http|10.0.0.5|50001|5000|files.example|61484',
      ]);
    });
  });

  it('tell themselves apart, and are one where their record is', async () => {
    const twice = [fileRecord(), fileRecord({ tx_id: 1 }), fileRecord()];
    await withEve(twice, async ({ rows }) => {
      expect(new Set(await rows(observedBodies, '"FlowId", "BodyId"')).size).toBe(2);
    });
  });

  it('are ignored where nothing is known of them, and rejected where their size is none', async () => {
    const records = [
      fileRecord({ size: 0 }),
      fileRecord({}, { src_port: undefined }),
      fileRecord({ size: 'big' }),
      fileRecord({}, { timestamp: undefined }),
    ];
    await withEve(records, async ({ inputs, rejects }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({
        'files of which nothing was seen tell Weir nothing': 1,
        'files of which it is not told which side sent them': 1,
      });
      expect(rejects.map(({ reason }) => reason)).toEqual([
        "the file's size is not a number from 0",
        'the time (timestamp) is missing',
      ]);
    });
  });
});

describe('EVE', () => {
  const flow = flowRecord();
  const shown = `${flowColumns}, "FlowId"`;
  const expected = `${usual}|1511077320863172`;

  it('ignores alerts, statistics and other event types by name', async () => {
    const records = [
      { ...flow, event_type: 'alert', alert: { action: 'allowed', signature_id: 1 } },
      { timestamp: '2030-01-01T00:00:00.000000+0000', event_type: 'stats', stats: { uptime: 1 } },
      { ...flow, event_type: 'smb', smb: { id: 1 } },
      { ...flow, event_type: 'http2', http2: {} },
      flow,
    ];
    await withEve(records, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 5, rows: 1, ignored: 4, rejects: 0 });
      expect(inputs[0]?.ignoredWhy).toEqual({
        'alerts repeat the counters that their flow had at that moment': 1,
        'statistics tell of the sensor, not of connections': 1,
        'Weir does not use Suricata http2 records': 1,
        'Weir does not use Suricata smb records': 1,
      });
      expect(await rows(networkFlows, flowColumns)).toEqual([usual]);
    });
  });

  const csvCells: Record<string, unknown> = { ...flow, kind: 'x', flow: undefined, tcp: undefined };
  for (const [key, value] of Object.entries(flow.flow as Eve)) csvCells[`flow.${key}`] = value;
  for (const [key, value] of Object.entries(flow.tcp as Eve)) csvCells[`tcp.${key}`] = value;
  const cells = Object.entries(csvCells).filter(([, value]) => value !== undefined);
  const { src_ip, src_port, dest_ip, dest_port, timestamp, ...eveOnly } = flow;
  it.each<[how: string, text: string]>([
    ['with escaped slashes', ndjson([{ ...flow, metadata: 'a/b' }]).replaceAll('/', '\\/')],
    ['as an array', JSON.stringify([flow], null, 1)],
    [
      'inside the records of AWS Network Firewall',
      ndjson([{ firewall_name: 'edge', event_timestamp: '1773130530', event: flow }]),
    ],
    ['as text in a message', ndjson([{ '@timestamp': '2026-03-11T00:00:00Z', message: JSON.stringify(flow) }])],
    [
      'as Filebeat sends it',
      ndjson([{ '@timestamp': '2026-03-11T00:00:00Z', event: { module: 'suricata' }, suricata: { eve: flow } }]),
    ],
    [
      "as Elastic's pipeline leaves it",
      ndjson([
        {
          '@timestamp': timestamp,
          suricata: { eve: { ...eveOnly, flow: { state: 'closed', reason: 'timeout' } } },
          event: { start: usualTimes.start, end: usualTimes.end },
          source: { ip: src_ip, port: src_port, bytes: counters.bytes_toserver, packets: counters.pkts_toserver },
          destination: {
            ip: dest_ip,
            port: dest_port,
            bytes: counters.bytes_toclient,
            packets: counters.pkts_toclient,
          },
        },
      ]),
    ],
    ['as CSV', `${cells.map(([key]) => key).join(',')}\n${cells.map(([, value]) => value).join(',')}\n`],
  ])('%s', async (_, text) => {
    await withFiles({ 'a.json': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: expect.any(Number), rejects: 0, rows: 1, complete: true });
      expect(await rows(networkFlows, shown)).toEqual([expected]);
    });
  });

  it('is told by its content: another product with an event_type is not taken for it', async () => {
    const other = { timestamp: '2026-03-10T08:15:30Z', event_type: 'login', user: 'kim' };
    await withEve([other, other], async ({ inputs }) => expect(inputs[0]).toMatchObject({ format: null }));
  });

  it('keeps the sensor that suricata.yaml or a shipper names', async () => {
    const records = [flow, { ...flow, host: 'north' }, { ...flow, host: { name: 'south', os: {} } }];
    await withEve(records, async ({ rows }) =>
      expect(await rows(networkFlows, '"Sensor"')).toEqual(['', 'north', 'south']),
    );
  });

  it('costs one record where a line is cut', async () => {
    await withFiles(
      { 'eve.json': `${ndjson([flow])}${ndjson([flow]).slice(0, 90)}\n` },
      async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ rows: 1, rejects: 1 });
        expect(rejects[0]).toMatchObject({ line: 2, reason: 'not valid JSON' });
      },
    );
  });
});

const shared = sharedPath('telemetry', 'suricata');
describe.skipIf(shared === undefined)('the shared EVE files', () => {
  it('give the figures that the packets show', async () => {
    await withIntake([shared ?? ''], async ({ lake, rejects, inputs }) => {
      expect(rejects).toEqual([]);
      expect(inputs.map(({ format }) => format)).toEqual(Array(inputs.length).fill('suricata json'));
      const flows = await lake.engine.rows(
        `SELECT "LocalPort", "IpBytesSent", "State" FROM "NetworkFlows" WHERE "LocalPort" IN (61400, 61399, 61408) ORDER BY ALL`,
      );
      // Zeek's IP bytes of the same connections: 908 and 1901; of 61399 an offloaded frame is missing in both.
      expect(flows).toEqual([
        { LocalPort: 61399, IpBytesSent: 1307n, State: 'closed ts_gap' },
        { LocalPort: 61400, IpBytesSent: 908n, State: 'closed' },
        { LocalPort: 61408, IpBytesSent: 1901n, State: 'closed tc_gap' },
      ]);
      const bodies = await lake.engine.rows(
        `SELECT sum("SentByClient") AS sent, sum("SentByServer") AS received FROM "ObservedBodies" WHERE "FlowId" = '2024377261756730'`,
      );
      expect(bodies).toEqual([{ sent: 61484n, received: 60321n }]);
    });
  });
});
