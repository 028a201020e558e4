import { beforeAll, describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import {
  deviceFileEvents,
  deviceNetworkEvents,
  deviceProcessEvents,
  dnsEvents,
  endpointConnections,
  networkFlows,
  observedNames,
} from '../../packages/weir/src/tables/index.ts';
import { catalogue } from '../fusion/fused.ts';
import { everything, expectReadAlike, oddValues } from './alike.ts';
import { csv } from './defenderShapes.ts';
import { changed, elasticDocument, ndjson } from './examples/endpoint.ts';
import { type Files, withFiles } from './intake.ts';

const attempt = elasticDocument();
const end = elasticDocument({
  '@timestamp': '2026-03-10T08:16:30.1234567Z',
  event: { action: 'disconnect_received', type: ['end'] },
  source: { bytes: 7000, packets: 9 },
  destination: { bytes: 600, packets: 7 },
});
const gone = { source: undefined, destination: undefined };
const start = elasticDocument({
  ...gone,
  event: { action: 'start', category: ['process'], dataset: 'endpoint.events.process' },
  process: {
    command_line: 'rclone copy a b',
    parent: { name: 'cmd.exe', pid: 9, entity_id: 'E-0' },
    hash: { sha256: 'c3'.repeat(32) },
  },
});
const asked = elasticDocument({
  ...gone,
  event: { action: 'lookup_result' },
  network: { protocol: 'dns' },
  dns: { question: { name: 'Up.Larkfield.example', type: 'A' }, resolved_ip: ['203.0.113.9', '::ffff:203.0.113.10'] },
});
const created = elasticDocument({
  ...gone,
  event: { action: 'creation', category: ['file'], dataset: 'endpoint.events.file' },
  file: { path: String.raw`C:\Finance\q1.zip`, name: 'q1.zip', size: 1200, origin_url: 'https://a.example/' },
});
const library = elasticDocument({
  ...gone,
  event: { action: 'load', category: ['library'], dataset: 'endpoint.events.library' },
});
const documents = [attempt, end, start, asked, created, library];

/** As Discover exports documents: dotted columns, lists joined, `-` for what a document lacks. */
function discover(all: readonly object[]): string {
  const flat = (value: object, under = ''): [string, unknown][] =>
    Object.entries(value).flatMap(([name, own]) => {
      if (Array.isArray(own)) return [[`${under}${name}`, own.join(', ')]];
      return typeof own === 'object' && own !== null ? flat(own, `${under}${name}.`) : [[`${under}${name}`, own]];
    });
  const rows = all.map((document) => Object.fromEntries(flat(document)));
  const none = Object.fromEntries(rows.flatMap(Object.keys).map((name) => [name, '-']));
  return csv(rows.map((row) => ({ ...none, ...row })));
}

const answer = (all: readonly object[]): object => ({
  took: 4,
  _shards: { total: 1 },
  hits: {
    total: { value: all.length },
    hits: all.map((_source, at) => ({ _index: 'logs', _id: String(at), _source })),
  },
});

const forms: Readonly<Record<string, string>> = {
  'a search answer': JSON.stringify(answer(documents)),
  'a search answer over several lines': JSON.stringify(answer(documents), null, 2),
  'an array': JSON.stringify(documents),
  'a line each, under _source': ndjson(documents.map((_source) => ({ _index: 'logs', _source }))),
  "Discover's CSV": discover(documents),
};

describe('Elastic Defend', () => {
  let plain: string[] = [];
  beforeAll(async () => {
    plain = await withFiles({ 'a.json': ndjson(documents) }, everything);
  });

  it.each(Object.entries(forms))('in %s has the same rows as plain documents', async (_, text) => {
    await withFiles({ 'a.log': text }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rows: 5, rejects: 0, complete: true });
      expect(taken.inputs[0]?.ignoredWhy).toMatchObject({
        'Weir does not use events of endpoint.events.library with the action load': 1,
      });
      expect(await everything(taken)).toEqual(plain);
    });
  });

  it('gives processes, files and names', async () => {
    await withFiles({ 'a.json': ndjson(documents) }, async ({ rows }) => {
      expect(
        await rows(
          deviceProcessEvents,
          `"Timestamp", "DeviceName", "FileName", "FolderPath", "ProcessId", "ProcessCommandLine", "AccountName", "AccountSid", "ProcessUniqueId",
           "InitiatingProcessFileName", "InitiatingProcessId", left("SHA256", 4)`,
        ),
      ).toEqual([
        String.raw`639087273307462600|fin-07|rclone.exe|C:\Tools\rclone.exe|4321|rclone copy a b|dana|S-1-5-21-1|E-1|cmd.exe|9|c3c3`,
      ]);
      expect(
        await rows(
          deviceFileEvents,
          '"ActionType", "FileName", "FolderPath", "FileSize", "FileOriginUrl", "InitiatingProcessFileName"',
        ),
      ).toEqual([String.raw`FileCreated|q1.zip|C:\Finance\q1.zip|1200|https://a.example/|rclone.exe`]);
      expect(await rows(dnsEvents, '"QueryName", "QueryType", "DeviceName", "Answers"')).toEqual([
        'up.larkfield.example|A|fin-07|[{"data":"203.0.113.9","ttl":null},{"data":"::ffff:203.0.113.10","ttl":null}]',
      ]);
      expect(await rows(observedNames, '"Kind", "ServerIP", "Host", "DeviceName"')).toEqual([
        'dns|203.0.113.10|up.larkfield.example|fin-07',
        'dns|203.0.113.9|up.larkfield.example|fin-07',
      ]);
    });
  });

  it('gives the name that was asked for, but not where it is its own', async () => {
    const url = { domain: 'up.larkfield.example' };
    const asking = elasticDocument({ event: { action: 'http_request' }, url });
    const inward = elasticDocument({
      event: { action: 'http_request' },
      network: { direction: 'ingress' },
      source: { port: 9 },
      url,
    });
    await withFiles({ 'a.json': ndjson([asking, inward]) }, async ({ rows }) => {
      expect(await rows(endpointConnections, '"ActionType", "RemoteUrl"')).toEqual([
        'ConnectionSuccess|up.larkfield.example',
        'InboundConnectionAccepted|',
      ]);
    });
  });

  it('counts a connection once, whichever of its events are there, in any order', async () => {
    const http = elasticDocument({
      '@timestamp': '2026-03-10T08:15:40Z',
      event: { action: 'http_request' },
      source: { bytes: 100, packets: 5 },
      destination: { bytes: 100, packets: 5 },
    });
    const fused = (files: Files): Promise<string[]> =>
      withFiles(files, async ({ lake, rows }) => {
        await fuse(lake, { catalogue });
        return rows(
          deviceNetworkEvents,
          '"ActionType", "BytesSent", "BytesReceived", "BytesSource", "FlowEnd", "InitiatingProcessCommandLine"',
        );
      });
    const counted = ['ConnectionSuccess|7000|600|endpoint|639087273901234567|rclone copy a b'];
    expect(await fused({ 'a.json': ndjson([attempt, http, end, start]) })).toEqual(counted);
    expect(await fused({ 'b.json': ndjson([end, http]), 'a.json': ndjson([start, attempt, end]) })).toEqual(counted);
    expect(await fused({ 'a.json': ndjson([attempt]) })).toEqual(['ConnectionRequest|null|null||null|']);
  });

  it('tells connections of other ports, processes, devices and days apart', async () => {
    const others = [
      elasticDocument({ source: { port: 50002 } }),
      elasticDocument({ process: { entity_id: 'E-2' } }),
      elasticDocument({ host: { id: 'h-2', hostname: 'fin-08' } }),
      elasticDocument({ '@timestamp': '2026-03-11T08:15:30Z' }),
      elasticDocument({ event: { id: 'another event of the same' } }),
    ];
    await withFiles({ 'a.json': ndjson([attempt, ...others]) }, async ({ rows }) => {
      expect(new Set(await rows(endpointConnections, '"EventId"')).size).toBe(5);
    });
  });
});

const sides = '"ActionType", "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "BytesSent", "BytesReceived"';

describe('which side of an Elastic event is the device', () => {
  const [ours, theirs] = [
    { ip: '10.0.0.5', port: 50001, bytes: 70 },
    { ip: '203.0.113.9', port: 80, bytes: 900 },
  ];
  const [reply, request] = ['http_response', 'http_request'].map((action) => ({ action }));
  const success = 'ConnectionSuccess|10.0.0.5|50001|203.0.113.9|80|70|900';
  const accepted = 'InboundConnectionAccepted|10.0.0.5|50001|203.0.113.9|80|70|900';
  const asked = 'ConnectionRequest|10.0.0.5|50001|203.0.113.9|443';
  const inward = { source: theirs, destination: ours, network: { direction: 'ingress' } };
  const full = { ...ours, ip: '2001:DB8:0::5' };
  const cases: readonly (readonly [what: string, changes: Readonly<Record<string, unknown>>, row: string])[] = [
    ['the source, of what it asks', { event: request, source: ours, destination: theirs }, success],
    ['the destination, of what it is answered', { event: reply, source: theirs, destination: ours }, success],
    ['told by direction', { event: reply, source: theirs, destination: ours, host: { ip: undefined } }, success],
    ['the destination, of what it is asked', { ...inward, event: request }, accepted],
    [
      'the source, of what it answers',
      { ...inward, event: reply, source: ours, destination: theirs, host: { ip: [] } },
      accepted,
    ],
    [
      'told by the only address of the host',
      { event: request, source: theirs, destination: ours, host: { ip: '10.0.0.5' } },
      success,
    ],
    [
      'told by an address in full',
      { event: request, source: full, destination: theirs, host: { ip: ['2001:db8::5'] } },
      success.replace('10.0.0.5', '2001:db8::5'),
    ],
    ['an attempt is none', {}, `${asked}|null|null`],
    ['accepted', { ...inward, event: { action: 'connection_accepted' } }, accepted],
    [
      'failed, whatever it counts',
      {
        event: { outcome: 'failure', action: 'disconnect_received' },
        source: { bytes: 70 },
        destination: { bytes: 5 },
      },
      'ConnectionFailed|10.0.0.5|50001|203.0.113.9|443|null|null',
    ],
    ['failed', { event: { outcome: 'failure' } }, 'ConnectionFailed|10.0.0.5|50001|203.0.113.9|443|null|null'],
    [
      'ended without an answer',
      { event: { action: 'disconnect_received' }, source: { bytes: 0 }, destination: { bytes: 0 } },
      `${asked}|0|0`,
    ],
    ['a beginning has no count yet', { source: { bytes: 0 }, destination: { bytes: 0 } }, `${asked}|null|null`],
  ];

  it('is told by its address, else by direction and action; and no more is claimed than the event says', async () => {
    const all = cases.map(([what, changes]) => elasticDocument({ ...changes, process: { name: what } }));
    await withFiles({ 'a.json': ndjson(all) }, async ({ rows }) => {
      const expected = cases.map(([what, , row]) => `${what}|${row}`);
      expect(await rows(endpointConnections, `"InitiatingProcessFileName", ${sides}`)).toEqual(expected.sort());
    });
  });
});

const ofPacketbeat = elasticDocument({
  host: undefined,
  process: undefined,
  user: undefined,
  agent: { type: 'packetbeat', name: 'sensor-1', id: undefined },
  event: {
    module: undefined,
    dataset: 'flow',
    action: 'network_flow',
    start: '2026-03-10T08:15:30Z',
    end: '2026-03-10T08:19:00Z',
    type: ['connection'],
  },
  type: 'flow',
  flow: { id: 'F-1', final: true },
  network: { direction: undefined, community_id: '1:abc' },
  source: { bytes: 8000, packets: 10 },
  destination: { bytes: 1000, packets: 8 },
});
const flow = (changes: Readonly<Record<string, unknown>>): Record<string, unknown> => changed(ofPacketbeat, changes);

describe('flows of the Common Schema', () => {
  const counted = '"BytesSent", "BytesReceived", "IpBytesSent", "BytesSource", "IsPart", "Outcome"';
  const flows = (all: readonly object[], columns: string): Promise<string[]> =>
    withFiles({ 'a.json': ndjson(all) }, ({ rows }) => rows(networkFlows, columns));

  it('are turned, and say which layer was counted', async () => {
    const ofModule = (module: string): object =>
      flow({ agent: { type: 'filebeat', name: module }, event: { module, dataset: `${module}.log` } });
    const inward = flow({
      agent: { name: 'turned' },
      source: { ip: '203.0.113.9', port: 50001 },
      destination: { ip: '10.0.0.5', port: 443, bytes: 9000 },
    });
    const all = [flow({}), ofModule('zeek'), ofModule('netflow'), ofModule('panw'), inward];
    const columns = `"Sensor", "FlowStart", "FlowEnd", "LocalIP", "LocalPort", "RemotePort", "Direction", ${counted}`;
    const life = '639087273300000000|639087275400000000|10.0.0.5';
    expect(await flows(all, columns)).toEqual([
      `netflow|${life}|50001|443|outbound|7600|680|8000|ecs-ip|true|established`,
      `panw|${life}|50001|443|outbound|8000|1000|null|ecs-bytes|false|established`,
      `sensor-1|${life}|50001|443|outbound|7460|568|7860|ecs-frame|false|established`,
      `turned|${life}|443|50001|inbound|8568|7460|8888|ecs-frame|false|established`,
      `zeek|${life}|50001|443|outbound|7600|680|8000|ecs-ip|false|established`,
    ]);
  });

  it("of Security Onion have Zeek's counters and state under the roles", async () => {
    const onion = flow({
      agent: { type: 'filebeat', name: 'onion' },
      event: { module: 'zeek', dataset: 'zeek.conn' },
      source: { bytes: undefined, packets: undefined },
      destination: { bytes: undefined, packets: undefined },
      client: { ip: '10.0.0.5', bytes: 7000, ip_bytes: 8000, packets: 10 },
      server: { ip: '203.0.113.9', bytes: 900, ip_bytes: 1000, packets: 8 },
      connection: { state: 'SF' },
    });
    expect(await flows([onion], '"BytesSource", "IpBytesSent", "State"')).toEqual(['ecs-ip|8000|SF']);
  });

  it('of integrations are known by the data set, and those of one way are parts, turned by their ports', async () => {
    const ofDataset = (dataset: string, changes: object = {}): object =>
      flow({
        agent: { type: 'filebeat', name: dataset },
        event: { dataset: undefined },
        data_stream: { dataset },
        ...changes,
      });
    const answer = {
      source: { ip: '203.0.113.9', port: 443, bytes: 3000, packets: 10 },
      destination: { ip: '10.0.0.5', port: 50001, bytes: undefined, packets: undefined },
    };
    const all = [
      ...['aws.vpcflow', 'gcp.vpcflow', 'netflow.log'].map((dataset) => ofDataset(dataset, answer)),
      ...['suricata.eve', 'zeek.connection', 'panw.panos'].map((dataset) => ofDataset(dataset)),
    ];
    const answered = '10.0.0.5|50001|443|outbound|null|2600|null|ecs-ip|true|unknown';
    const both = '10.0.0.5|50001|443|outbound';
    expect(await flows(all, `"Sensor", "LocalIP", "LocalPort", "RemotePort", "Direction", ${counted}`)).toEqual([
      `aws.vpcflow|${answered}`,
      `gcp.vpcflow|${answered}`,
      `netflow.log|${answered}`,
      `panw.panos|${both}|8000|1000|null|ecs-bytes|false|established`,
      `suricata.eve|${both}|7460|568|7860|ecs-frame|false|established`,
      `zeek.connection|${both}|7600|680|8000|ecs-ip|false|established`,
    ]);
  });

  it('of firewalls are one flow by the number of the session, which FortiGate logs at its end', async () => {
    const fortigate = (seconds: number, bytes: number, type = 'traffic'): object =>
      flow({
        type: undefined,
        flow: undefined,
        agent: { type: 'filebeat' },
        data_stream: { dataset: 'fortinet_fortigate.log' },
        event: {
          ...{ dataset: 'fortinet_fortigate.log', end: undefined, action: 'close' },
          start: new Date(Date.parse('2026-03-10T08:15:30.4Z') + seconds * 1000).toISOString(),
          duration: Math.floor(seconds) * 1e9,
        },
        fortinet: { firewall: { sessionid: '4711', type } },
        url: type === 'utm' ? { domain: 'files.example.org' } : undefined,
        source: { bytes },
      });
    const panos = (action: string, seconds: number, bytes: number): object =>
      flow({
        type: undefined,
        flow: undefined,
        agent: { type: 'filebeat' },
        data_stream: { dataset: 'panw.panos' },
        event: {
          ...{ dataset: 'panw.panos', action },
          end: `2026-03-10T08:15:${30 + seconds}Z`,
          duration: seconds * 1e9,
        },
        panw: { panos: { flow_id: '25596' } },
        source: { bytes },
      });
    const all = [
      ...[fortigate(120.6, 1000000), fortigate(240.9, 2000000), fortigate(300, 500, 'utm')],
      ...[panos('flow_started', 0, 600), panos('flow_terminated', 25, 6000)],
    ];
    await withFiles({ 'a.json': ndjson(all) }, async ({ lake, rows }) => {
      await fuse(lake, { catalogue });
      expect(await rows(networkFlows, '"BytesSent", ("FlowEnd" - "FlowStart") // 10000000, "FlowId"')).toEqual([
        '2000000|240|4711@10.0.0.5:50001',
        '6000|25|25596@10.0.0.5:50001',
      ]);
      expect(await rows(networkFlows, '"FlowEnd"')).toEqual(['639087273550000000', '639087275713000000']);
      expect(await rows(observedNames, '"Host"')).toEqual(['files.example.org']);
    });
  });

  it('that were denied carried nothing, and unknown is not zero', async () => {
    const denied = flow({
      event: { module: 'cisco', action: 'firewall-rule-deny', type: ['denied'] },
      agent: { type: 'filebeat' },
      destination: { bytes: undefined },
    });
    expect(await flows([denied], '"Outcome", "BytesSent", "BytesReceived"')).toEqual(['failed|null|null']);
  });

  it('reported on their way are one flow, the last report of it', async () => {
    const early = flow({ event: { end: '2026-03-10T08:16:00Z' }, source: { bytes: 500 } });
    await withFiles({ 'a.json': ndjson([flow({}), early]) }, async ({ lake, rows }) => {
      await fuse(lake, { catalogue });
      expect(await rows(networkFlows, '"BytesSent"')).toEqual(['7460']);
    });
  });

  it('have names from the messages inside them, and DNS has answers', async () => {
    const tls = flow({
      type: 'tls',
      event: { dataset: 'tls' },
      tls: { client: { server_name: 'Up.Larkfield.example' } },
    });
    const http = flow({
      type: 'http',
      event: { dataset: 'http' },
      url: { domain: 'plain.example' },
      source: { port: 50002 },
    });
    const dns = flow({
      type: 'dns',
      event: { dataset: 'dns' },
      dns: {
        question: { name: 'c.example', type: 'A' },
        response_code: 'NOERROR',
        answers: [{ data: '203.0.113.9', ttl: '60' }],
      },
    });
    const icmp = flow({ type: 'icmp', event: { dataset: 'icmp' } });
    await withFiles({ 'a.json': ndjson([flow({}), tls, http, dns, icmp]) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 4, ignored: 1 });
      expect(await rows(networkFlows, '"EventId"')).toHaveLength(1);
      expect(await rows(observedNames, '"Kind", "ClientPort", "Host", "TtlSeconds"')).toEqual([
        'dns|null|c.example|60',
        'http|50002|plain.example|null',
        'tls|50001|up.larkfield.example|null',
      ]);
      expect(await rows(dnsEvents, '"ClientIP", "QueryName", "DeviceName", "Sensor", "ResponseCode"')).toEqual([
        '10.0.0.5|c.example||sensor-1|NOERROR',
      ]);
    });
  });
});

describe('documents that are none', () => {
  it('are rejected or ignored with the reason', async () => {
    const bad = [
      elasticDocument({ '@timestamp': undefined }),
      elasticDocument({ '@timestamp': 'Mar 10, 2026 @ 08:15:30.123' }),
      elasticDocument({ source: { ip: '172.999.1.1' } }),
      elasticDocument({ source: { ip: undefined } }),
      elasticDocument({ event: { action: 'disconnect_received' }, source: { bytes: 'many' } }),
      elasticDocument({ ...gone }),
      elasticDocument({ ...gone, event: { action: 'lookup_requested' } }),
      elasticDocument({ winlog: { event_id: '3' } }),
      { other: 1 },
    ];
    await withFiles({ 'a.json': ndjson([...documents, ...documents, ...bad]) }, async ({ inputs }) => {
      expect(inputs[0]?.rejectsWhy).toEqual({
        'the time (@timestamp) is missing': 1,
        'the time (@timestamp) cannot be read; Discover writes local time without its zone: export as ISO 8601': 1,
        'an address of the connection cannot be read': 1,
        'a connection without one of its addresses': 1,
        'a byte counter is not a number from 0': 1,
        'a Windows event among other documents; give Weir those as a file of their own': 1,
        'not of the form of the first records; give Weir logs of different forms as files of their own': 1,
      });
      expect(inputs[0]?.ignoredWhy).toEqual({
        'Weir does not use events of endpoint.events.library with the action load': 2,
        'network events without addresses are no connections': 1,
        'questions to DNS, whose answers are events of their own': 1,
      });
    });
  });

  it('are the same read in place and with care, whatever the fields hold', async () => {
    const changed = [end, asked, start, created, flow({})].flatMap((document) =>
      Object.entries(document).flatMap(([name, own]) =>
        oddValues.flatMap((value) =>
          typeof own === 'object' && own !== null
            ? Object.keys(own).map((inner) => ({ ...document, [name]: { ...own, [inner]: value } }))
            : [{ ...document, [name]: value }],
        ),
      ),
    );
    await expectReadAlike(ndjson([...documents, ...changed.filter((_, at) => at % 11 === 0)]), '{"broken\n');
  }, 60_000);
});
