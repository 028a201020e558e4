import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { withFiles, withIntake } from './intake.ts';

const group = (...flowTuples: unknown[]) => ({ mac: '000D3A0A0B0C', flowTuples });
const nsg = (version: number, ...flows: unknown[]) => ({
  time: '2026-03-10T08:06:00.1234567Z',
  systemId: '1',
  macAddress: '000D3A0A0B0C',
  category: 'NetworkSecurityGroupFlowEvent',
  resourceId: '/SUBSCRIPTIONS/1/NSG',
  properties: { Version: version, flows: [{ rule: 'UserRule_Web', flows }] },
});
const vnet = (...flowTuples: unknown[]) => ({
  time: '2026-03-10T08:06:00.1234567Z',
  flowLogVersion: 4,
  macAddress: '000D3A0A0B0C',
  category: 'FlowLogFlowEvent',
  flowRecords: { flows: [{ aclID: '1', flowGroups: [{ rule: 'Web', flowTuples }] }] },
});
const file = (...records: unknown[]): string => JSON.stringify({ records });
const ends = '10.20.0.7,203.0.113.9,50311,443';
const columns =
  '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction", "BytesSent", "BytesReceived", "Outcome", "State"';
const place = '10.20.0.7|50311|203.0.113.9|443|outbound';
const intervals = [
  `${place}|49600|1200|established|E`,
  `${place}|92000|5800|established|C`,
  `${place}|null|null|unknown|B`,
];

describe('Azure flow logs', () => {
  it('are opened a few megabytes at a time, with every tuple and the rejects in order', async () => {
    const tuples = Array.from({ length: 2000 }, (_, at) => `${1773129600 + at},${ends},T,O,A,E,1,100,1,60`);
    const minute = (at: number): unknown => nsg(2, group(`then,${ends},T,O,A,B,,,,${at}`, ...tuples));
    const minutes = Array.from({ length: 90 }, (_, at) => minute(at));
    await withFiles({ 'nsg.json': file(...minutes) }, async ({ inputs, rejects, rows }) => {
      expect(inputs).toMatchObject([{ records: 180_090, rows: 180_000, rejects: 90, complete: true }]);
      expect(rejects.map(({ text }) => Number(text.split(',').at(-1)))).toEqual(minutes.map((_, at) => at));
      expect(await rows(networkFlows, 'count(*)')).toEqual(['180000']);
    });
  });

  it('are tuples: seconds in those of groups, milliseconds in those of networks; each interval is a part', async () => {
    const files = {
      'nsg.json': file(
        nsg(
          2,
          group(`1773129600,${ends},T,O,A,B,,,,`, `1773129900,${ends},T,O,A,C,200,100000,30,7000`),
          group(`1773129960,${ends},T,O,A,E,40,51200,30,2400`),
        ),
      ),
      'vnet.json': file(
        vnet(`1773129600000,${ends},6,O,B,NX,0,0,0,0`),
        vnet(`1773129900000,${ends},6,O,C,NX,200,100000,30,7000`, `1773129960000,${ends},6,O,E,NX,40,51200,30,2400`),
      ),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ format, records, rows }) => [format, records, rows])).toEqual([
        ['azure-flow nsg json', 3, 3],
        ['azure-flow vnet json', 3, 3],
      ]);
      expect(await rows(networkFlows, `DISTINCT ${columns}`)).toEqual([...intervals].sort());
      expect(await rows(networkFlows, 'DISTINCT "IsPart", "Protocol"')).toEqual(['true|tcp']);
      expect(await rows(networkFlows, 'DISTINCT "Sensor"')).toEqual([
        'azure-nsg 000D3A0A0B0C',
        'azure-vnet 000D3A0A0B0C',
      ]);
      expect(await rows(networkFlows, 'count(DISTINCT "FlowStart"), count(DISTINCT "FlowEnd")')).toEqual(['3|2']);
    });
  });

  it('are read from bare records, one a line, with a mark, in any spacing, and from one long line in parts', async () => {
    const tuple = `1773129960,${ends},T,O,A,E,40,51200,30,2400`;
    const record = nsg(2, group(tuple));
    const many = nsg(2, group(...Array.from({ length: 4500 }, (_, at) => tuple.replace('50311', String(1024 + at)))));
    const files = {
      'lines.json': `${JSON.stringify(record)}\n${JSON.stringify(record)}\n`,
      'marked.json': `\ufeff${file(record)}`,
      'pretty.json': JSON.stringify({ records: [record] }, null, 4),
      'long.json': file(many),
      'bare.json': JSON.stringify(many),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      expect(inputs.map(({ rows, rejects }) => [rows, rejects])).toEqual([
        [2, 0],
        [1, 0],
        [1, 0],
        [4500, 0],
        [4500, 0],
      ]);
      expect(await rows(networkFlows, 'count(DISTINCT "EventId")')).toEqual(['4501']);
    });
  });

  it('know no bytes in version 1, failed where denied, and the remote side of flows from outside', async () => {
    const records = [
      nsg(1, group(`1773129600,${ends},T,O,A`, '1773129601,203.0.113.66,10.20.0.7,55000,3389,T,I,D')),
      nsg(2, group('1773129602,203.0.113.66,10.20.0.7,55001,3389,T,I,D,B,,,,', `1773129603,${ends},U,O,A,B`)),
      vnet(
        '1773129604000,203.0.113.66,10.20.0.7,55002,443,6,I,E,NX,5,500,6,9000',
        '1773129605000,2001:db8:2::9,2001:db8:1:0:0:0:0:7,55003,443,6,I,E,X,5,1500,6,9000',
        '1773129606000,10.20.0.7,10.20.1.9,50000,445,6,O,E,NX,5,1500,0,0',
        '1773129607000,10.20.0.7,203.0.113.9,0,0,1,O,E,NX,1,84,1,84',
      ),
    ];
    await withFiles({ 'flows.json': file(...records) }, async ({ rows }) => {
      expect(await rows(networkFlows, `${columns}, "Protocol"`)).toEqual(
        [
          `${place}|null|null|unknown|A|tcp`,
          '10.20.0.7|3389|203.0.113.66|55000|inbound|null|null|failed|D|tcp',
          '10.20.0.7|3389|203.0.113.66|55001|inbound|null|null|failed|D|tcp',
          `${place}|null|null|unknown|B|udp`,
          '10.20.0.7|443|203.0.113.66|55002|inbound|8760|300|established|E|tcp',
          '2001:db8:1::7|443|2001:db8:2::9|55003|inbound|8640|1200|established|E|tcp',
          '10.20.0.7|50000|10.20.1.9|445|internal|1300|0|unknown|E|tcp',
          '10.20.0.7|null|203.0.113.9|null|outbound|56|56|established|E|icmp',
        ].sort(),
      );
    });
  });

  it('lose no tuple in silence: each that is wrong is a reject of its own', async () => {
    const good = `1773129960,${ends},T,O,A,E,40,51200,30,2400`;
    const records = [
      nsg(2, group(good, '1773129960,10.20.0.7', good.replace('1773129960', 'now'), good.replace('51200', 'x'), 7)),
      nsg(2, { mac: '1', flowTuples: good }),
      nsg(2),
      { category: 'NetworkSecurityGroupFlowEvent' },
      { category: 'NetworkSecurityGroupRuleCounter', properties: { ruleName: 'Web' } },
      { SrcIp: '10.20.0.7', DestIp: '203.0.113.9' },
      nsg(2, group(good.replace(',E,', ',Q,'), good.replace('10.20.0.7', 'here'))),
    ];
    await withFiles({ 'flows.json': file(...records) }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 12, rows: 1, rejects: 9, ignored: 2 });
      expect(Object.keys(inputs[0]?.ignoredWhy ?? {}).sort()).toEqual([
        'Weir does not use the category NetworkSecurityGroupRuleCounter',
        'a record without flows',
      ]);
      expect(rejects.map(({ reason, text }) => [reason, text.slice(0, 20)])).toEqual([
        ['a tuple with too few or too many parts', '1773129960,10.20.0.7'],
        ['the time of the flow cannot be read', 'now,10.20.0.7,203.0.'],
        ['a byte or packet counter is not a number from 0', '1773129960,10.20.0.7'],
        ['a tuple with too few or too many parts', '7'],
        ['a group of flows without its list of tuples', '{"time":"2026-03-10T'],
        [
          'not of the form of the first records; give Weir logs of different forms as files of their own',
          '{"category":"Network',
        ],
        [
          'not of the form of the first records; give Weir logs of different forms as files of their own',
          '{"SrcIp":"10.20.0.7"',
        ],
        ['a state of the flow that Weir does not know', '1773129960,10.20.0.7'],
        ['an end of the flow is no address', '1773129960,here,203.'],
      ]);
    });
  });

  const example = sharedPath('telemetry', 'azure_flow', 'msdocs_vnet_flow_v4_PT1H.json');
  it.skipIf(example === undefined)('keep the figures of a published record', async () => {
    await withIntake([example ?? ''], async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 19, rows: 19 });
      const sums = 'sum("IpBytesSent"), sum("IpBytesReceived")';
      expect(await rows(networkFlows, sums)).toEqual([
        `${767 + 705 + 705 + 134 + 2217}|${1580 + 4569 + 4569 + 108 + 32466}`,
      ]);
    });
  });
});

describe('NTANetAnalytics', () => {
  const row = {
    SubType: 'FlowLog',
    FlowStartTime: '2026-03-10T08:00:00Z',
    FlowEndTime: '2026-03-10T08:09:00Z',
    SrcIp: '10.20.0.7',
    DestIp: '203.0.113.9',
    DestPort: 443,
    L4Protocol: 'T',
    FlowDirection: 'Outbound',
    FlowStatus: 'Allowed',
    PacketsSrcToDest: 40,
    BytesSrcToDest: 51200,
    PacketsDestToSrc: 30,
    BytesDestToSrc: 2400,
    MacAddress: '000D3A0A0B0C',
  };
  it('gives the sums of an interval; each public address of a list is a record with its own figures', async () => {
    const files = {
      'rows.json': JSON.stringify([
        row,
        { ...row, FlowStatus: 'Denied', DestPort: 22 },
        { ...row, DestIp: '', DestPublicIps: '203.0.113.9|2|2|40|30|51200|2400 203.0.113.10|1|1|4|3|5120|240' },
        {
          ...row,
          SrcIp: '',
          DestIp: '10.20.0.7',
          SrcPublicIps: '203.0.113.66|1|1|9|5|9000|500',
          FlowDirection: 'Inbound',
        },
        { SubType: 'StatusMessage', Status: 'Completed' },
        { ...row, FlowStartTime: 'then' },
      ]),
      'rows.csv': `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`,
    };
    await withFiles(files, async ({ inputs, rejects, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'azure-analytics json', records: 7, rows: 5, ignored: 1, rejects: 1 });
      expect(inputs[1]).toMatchObject({ format: 'azure-analytics csv', records: 2, rows: 1, ignored: 1 });
      expect(rejects.map(({ reason }) => reason)).toEqual(['the time of the flow cannot be read']);
      const given = '"LocalIP", "RemoteIP", "RemotePort", "Direction", "BytesSent", "BytesReceived", "Outcome"';
      expect(await rows(networkFlows, `DISTINCT ${given}`)).toEqual(
        [
          '10.20.0.7|203.0.113.9|443|outbound|49600|1200|established',
          '10.20.0.7|203.0.113.9|22|outbound|null|null|failed',
          '10.20.0.7|203.0.113.10|443|outbound|4960|120|established',
          '10.20.0.7|203.0.113.66|null|inbound|8640|300|established',
        ].sort(),
      );
    });
  });
});
