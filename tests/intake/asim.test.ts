import { describe, expect, it } from 'vitest';
import { endpointConnections, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { asimRow } from './examples/normal.ts';
import { withFiles } from './intake.ts';

const ndjson = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const start = 639_087_273_300_000_000n;
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
/** A row that another local port tells from the others. */
const at = (port: number, changes: object): object => ({ ...asimRow, SrcPortNumber: port, ...changes });

describe('an ASIM network session', () => {
  it('is a flow; SrcBytes is what the source sent', async () => {
    const names = Object.keys(asimRow);
    const csv = `${names.join(',')}\n${names.map((name) => Reflect.get(asimRow, name)).join(',')}\n`;
    await withFiles({ 'a.json': ndjson([asimRow]), 'b.csv': csv }, async ({ inputs, rows }) => {
      expect(inputs.map(({ format }) => format)).toEqual(['asim json', 'asim csv']);
      const columns = `"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol", "BytesSent", "BytesReceived", "BytesSource", "Outcome", "AccountName", "Sensor", ${millis('FlowStart')}, ${millis('FlowEnd')}`;
      const row = '10.4.8.15|50144|203.0.113.9|443|tcp|5000000|40000|asim-bytes|established|nina|FW-LARK|0|240000';
      expect(await rows(networkFlows, columns)).toEqual([row, row]);
      expect(new Set(await rows(networkFlows)).size).toBe(1);
    });
  });

  it('is turned where it came in, and unknown where it is empty', async () => {
    const inward = { SrcIpAddr: '203.0.113.9', DstIpAddr: '10.4.8.15', DstPortNumber: 22, NetworkDirection: 'Inbound' };
    await withFiles(
      { 'a.json': ndjson([at(50001, inward), at(50002, { SrcBytes: '', DstBytes: null })]) },
      async ({ rows }) => {
        expect(await rows(networkFlows, '"LocalIP", "LocalPort", "Direction", "BytesSent", "BytesReceived"')).toEqual([
          '10.4.8.15|22|inbound|40000|5000000',
          '10.4.8.15|50002|outbound|null|null',
        ]);
      },
    );
  });

  it('ends where it says so, or after its length; one time in both columns tells no end', async () => {
    const same = { EventEndTime: asimRow.EventStartTime };
    const rows_ = [
      at(50001, same),
      at(50002, { ...same, NetworkDuration: 1500 }),
      at(50003, { EventStartTime: undefined, EventEndTime: undefined }),
    ];
    await withFiles({ 'a.json': ndjson(rows_) }, async ({ rows }) => {
      expect(await rows(networkFlows, `"LocalPort", ${millis('FlowStart')}, ${millis('FlowEnd')}`)).toEqual([
        '50001|0|null',
        '50002|0|1500',
        '50003|270000|null',
      ]);
    });
  });

  it('was refused where the device denied it', async () => {
    const refused = ['Deny', 'Drop', 'Reset Source'].map((DvcAction, place) =>
      at(50001 + place, { DvcAction, EventResult: 'Failure' }),
    );
    await withFiles(
      { 'a.json': ndjson([...refused, at(50009, { DvcAction: '', EventResult: 'Failure' })]) },
      async ({ rows }) => {
        expect(await rows(networkFlows, '"Outcome", "BytesSent"')).toEqual(Array(4).fill('failed|null'));
      },
    );
  });

  it("is an endpoint's own where that tells the process, by name or as an application", async () => {
    const endpoint = {
      EventType: 'EndpointNetworkSession',
      EventProduct: 'M365 Defender for Endpoint',
      DvcHostname: 'LARK-15',
      DstHostname: 'files.example.org',
    };
    const rows_ = [
      at(50001, { ...endpoint, SrcProcessName: 'C:\\t\\rclone.exe', SrcProcessId: '77' }),
      at(50002, { ...endpoint, SrcAppName: 'curl', SrcAppType: 'Process' }),
      at(50003, {
        ...endpoint,
        SrcIpAddr: '203.0.113.9',
        DstIpAddr: '10.4.8.15',
        NetworkDirection: 'Inbound',
        DstProcessName: 'sshd',
      }),
      // A firewall that names the program of another machine.
      at(50004, { SrcProcessName: 'rclone.exe' }),
    ];
    await withFiles({ 'a.json': ndjson(rows_) }, async ({ rows }) => {
      const columns =
        '"DeviceName", "LocalIP", "RemotePort", "ActionType", "InitiatingProcessFileName", "InitiatingProcessId", "RemoteHost", "AccountName", "BytesSent", "BytesSource"';
      expect(await rows(endpointConnections, columns)).toEqual([
        'LARK-15|10.4.8.15|443|ConnectionSuccess|curl|null|files.example.org|nina|5000000|endpoint',
        'LARK-15|10.4.8.15|443|ConnectionSuccess|rclone.exe|77|files.example.org|nina|5000000|endpoint',
        'LARK-15|10.4.8.15|50003|InboundConnectionAccepted|sshd|null||nina|40000|endpoint',
      ]);
      expect(await rows(networkFlows, '"LocalPort"')).toEqual(['50004']);
    });
  });
});

describe('other ASIM rows', () => {
  it('are used where they are web sessions, whose failure is the answer, not the connection', async () => {
    const web = {
      EventSchema: 'WebSession',
      EventType: 'HTTPsession',
      EventResult: 'Failure',
      Url: 'https://Files.Example.org/up',
    };
    const rows_ = [
      at(50001, web),
      at(50002, { ...web, DvcAction: 'Deny' }),
      at(50003, { EventSchema: 'Dns' }),
      at(50004, { NetworkDirection: 'Listen' }),
    ];
    await withFiles({ 'a.json': ndjson(rows_) }, async ({ inputs, rows }) => {
      expect(await rows(networkFlows, '"LocalPort", "Outcome", "BytesSent", "BytesSource"')).toEqual([
        '50001|established|5000000|asim-http',
        '50002|failed|null|',
      ]);
      expect(new Set(await rows(observedNames, '"Host"'))).toEqual(new Set(['files.example.org']));
      expect(inputs[0]?.ignoredWhy).toEqual({
        'Weir does not use ASIM events of the schema dns': 1,
        'ports that listen are no connections': 1,
      });
    });
  });
});
