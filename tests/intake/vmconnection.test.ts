import { describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { deviceNetworkEvents, endpointConnections, observedNames } from '../../packages/weir/src/tables/index.ts';
import { catalogue } from '../fusion/fused.ts';
import { sharedPath } from '../shared.ts';
import { expectReadAlike, withOddValues } from './alike.ts';
import { csv } from './defenderShapes.ts';
import { ndjson, vmConnectionRow } from './examples/endpoint.ts';
import { withFiles, withIntake } from './intake.ts';

const sides = '"ActionType", "LocalIP", "LocalPort", "RemoteIP", "RemotePort", "BytesSent", "BytesReceived"';
const of = (rows: readonly object[], columns: string): Promise<string[]> =>
  withFiles({ 'a.json': ndjson(rows.map((row) => ({ ...vmConnectionRow, ...row }))) }, ({ rows }) =>
    rows(endpointConnections, columns),
  );

describe('VMConnection', () => {
  it("gives a minute's connections of a process as one report, with the machine's own bytes", async () => {
    expect(
      await of(
        [{}],
        `${sides}, "Protocol", "DeviceName", "InitiatingProcessFileName", "BytesSource", "FlowStart", "FlowEnd" - "FlowStart",
         "AdditionalFields"`,
      ),
    ).toEqual([
      'ConnectionSuccessAggregatedReport|10.0.0.7|null|203.0.113.9|443|7000|600|Tcp|app-2|java|endpoint|639087273008680000|600000000|{"uniqueEventsAggregated":3}',
    ]);
  });

  it("turns what came in: the port is the machine's own, the remote side is the source", async () => {
    const inward = {
      Direction: 'inbound',
      SourceIp: '198.51.100.7',
      DestinationIp: '10.0.0.7',
      DestinationPort: 8080,
      RemoteIp: '198.51.100.7',
    };
    expect(await of([inward, { ...inward, RemoteIp: undefined }], sides)).toEqual([
      'InboundConnectionAccepted|10.0.0.7|8080|198.51.100.7|null|7000|600',
      'InboundConnectionAccepted|10.0.0.7|8080|198.51.100.7|null|7000|600',
    ]);
  });

  it('tells failure, unknown and zero apart', async () => {
    const failed = {
      LinksFailed: 2,
      LinksEstablished: 0,
      LinksLive: 0,
      LinksTerminated: 0,
      BytesSent: 900,
      BytesReceived: undefined,
    };
    const none = { BytesSent: 0, DestinationPort: 8443 };
    const columns = '"ActionType", "BytesSent", "BytesReceived", "AdditionalFields"';
    expect(
      await of([failed, none, { BytesSent: '', LinksLive: undefined, LinksTerminated: undefined }], columns),
    ).toEqual([
      'ConnectionFailedAggregatedReport|null|null|{"uniqueEventsAggregated":2}',
      'ConnectionSuccessAggregatedReport|0|600|{"uniqueEventsAggregated":3}',
      'ConnectionSuccessAggregatedReport|null|600|null',
    ]);
  });

  it('rejects what it cannot tell', async () => {
    const rows = [
      { BytesSent: 'many' },
      { LinksLive: -1 },
      { Direction: 'sideways' },
      { TimeGenerated: 'noon' },
      { TimeGenerated: undefined },
      {},
    ];
    await withFiles({ 'a.json': ndjson(rows.map((row) => ({ ...vmConnectionRow, ...row }))) }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({
        rows: 1,
        rejectsWhy: {
          'a byte or link counter is not a number from 0': 2,
          'the direction is neither inbound nor outbound': 1,
          'the time (TimeGenerated) cannot be read': 1,
          'the time (TimeGenerated) is missing': 1,
        },
      });
    });
  });

  it('names the address by what the machine asked DNS', async () => {
    const asked = { RemoteDnsQuestions: '["Up.Larkfield.example.","b.example"]' };
    await withFiles(
      {
        'a.json': ndjson([
          { ...vmConnectionRow, ...asked },
          { ...vmConnectionRow, RemoteDnsQuestions: 'x' },
        ]),
      },
      async ({ rows }) => {
        expect(await rows(observedNames, '"Kind", "ClientIP", "ServerIP", "Host"')).toEqual([
          'dns|10.0.0.7|203.0.113.9|b.example',
          'dns|10.0.0.7|203.0.113.9|up.larkfield.example',
        ]);
      },
    );
    await withFiles({ 'a.json': ndjson([vmConnectionRow]) }, async ({ lake, rows }) => {
      await fuse(lake, { catalogue });
      expect(await rows(deviceNetworkEvents, '"RemoteHost", "RemoteHostSource", "BytesSent", "BytesSource"')).toEqual([
        'up.larkfield.example|dns|7000|endpoint',
      ]);
    });
  });

  it("reads the portal's CSV with US dates, and adds nothing twice", async () => {
    const { TimeGenerated: _, ...row } = vmConnectionRow;
    const exported = csv([{ 'TimeGenerated [UTC]': '3/10/2026, 8:15:00.868 AM', ...row }]);
    await withFiles({ 'a.csv': exported, 'b.json': ndjson([vmConnectionRow]) }, async ({ lake, rows }) => {
      const ids = await rows(endpointConnections, '"EventId"');
      expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
      await fuse(lake, { catalogue });
      expect(await rows(deviceNetworkEvents, '"BytesSent"')).toEqual(['7000']);
    });
  });

  it('is read the same in place and with care, whatever its fields hold', async () => {
    await expectReadAlike(ndjson(withOddValues(vmConnectionRow)), '{"broken\n');
  }, 60_000);
});

const sample = sharedPath(
  'telemetry',
  'misc',
  'vminsights_vmconnection_log4shell_cve2021_44228_jndi_reference_2022-05-11181020.json',
);

describe.skipIf(sample === undefined)('the shared VMConnection sample', () => {
  it("has the machine's view of bytes in both directions", async () => {
    await withIntake([sample ?? ''], async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 5, rows: 5 });
      expect(await rows(endpointConnections, sides)).toContain(
        'InboundConnectionAccepted|192.168.2.5|8080|192.168.2.6|null|333|137',
      );
    });
  });
});
