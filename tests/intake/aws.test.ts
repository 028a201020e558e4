import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine } from '../../packages/weir/src/engine/engine.ts';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { withFiles, withFolder, withIntake } from './intake.ts';

const lines = (...texts: string[]): string => `${texts.join('\n')}\n`;
const order =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const eni = '111122223333 eni-0a1b2c3d4e5f60718';
const upload = `2 ${eni} 10.20.0.7 203.0.113.9 50311 443 6 40 51200 1773129600 1773129660 ACCEPT OK`;
const answer = `2 ${eni} 203.0.113.9 10.20.0.7 443 50311 6 30 2400 1773129600 1773129660 ACCEPT OK`;
const columns =
  '"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Direction", "BytesSent", "BytesReceived", "Outcome"';
const place = '10.20.0.7|50311|203.0.113.9|443|outbound';
const both = [`${place}|49600|null|established`, `${place}|null|1200|unknown`];

describe('AWS VPC flow logs', () => {
  it('are one-way parts in whatever form they come', async () => {
    const objects = [upload, answer].map((record) => {
      const cells = record.split(' ');
      return Object.fromEntries(order.split(' ').map((name, at) => [name, cells[at] ?? '']));
    });
    const sentinel = [upload, answer].map((record) => {
      const [, AccountId, InterfaceId, SrcAddr, DstAddr, SrcPort, DstPort, Protocol, Packets, Bytes] =
        record.split(' ');
      const own = {
        AccountId,
        InterfaceId,
        SrcAddr,
        DstAddr,
        SrcPort,
        DstPort,
        Protocol,
        Packets,
        Bytes,
        Action: 'ACCEPT',
      };
      return {
        ...own,
        TimeGenerated: '2026-03-10T08:00:00Z',
        End: '2026-03-10T08:01:00Z',
        LogStatus: 'OK',
        Type: 'AWSVPCFlow',
      };
    });
    const messages = [upload, answer].map((message, id) => ({ id: `${id}`, timestamp: 1773129600000, message }));
    const files = {
      'bare.log': lines(upload, answer),
      'headed.log': lines(order, upload, answer),
      'flows.csv': lines(order.replaceAll(' ', ','), upload.replaceAll(' ', ','), answer.replaceAll(' ', ',')),
      'exported.log': lines(`2026-03-10T08:00:00.000Z ${upload}`, `2026-03-10T08:00:00.000Z ${answer}`),
      'messages.json': lines(...messages.map((message) => JSON.stringify(message))),
      'subscribed.json': JSON.stringify({ messageType: 'DATA_MESSAGE', logGroup: 'flows', logEvents: messages }),
      'rows.ndjson': lines(...objects.map((row) => JSON.stringify(row))),
      'sentinel.json': JSON.stringify(sentinel),
    };
    await withFiles(files, async ({ inputs, rows }) => {
      for (const { format, rows, rejects } of inputs) {
        expect([format?.split(' ')[0], rows, rejects]).toEqual(['aws-vpc', 2, 0]);
      }
      expect(await rows(networkFlows, `DISTINCT ${columns}`)).toEqual(both);
      expect(await rows(networkFlows, 'count(DISTINCT "EventId"), count(*)')).toEqual(['2|16']);
      expect(await rows(networkFlows, 'DISTINCT "IsPart", "BytesSource", "FlowEnd" - "FlowStart"')).toEqual([
        'true|aws-vpc-ip|600000000',
      ]);
    });
  });

  it('are read from Parquet as AWS writes it', async () => {
    await withFolder(async (folder) => {
      const engine = await Engine.open({ memoryMb: 200, threads: 1, spillDirectory: join(folder, 'spill') });
      const path = join(folder, 'flows.parquet');
      await engine.run(`COPY (SELECT 5::INTEGER AS version, '111122223333' AS account_id, 'eni-0a1b2c3d4e5f60718' AS interface_id,
        '10.20.0.7' AS srcaddr, '10.20.0.1' AS dstaddr, 50311::INTEGER AS srcport, 443::INTEGER AS dstport, 6::INTEGER AS protocol,
        40::BIGINT AS packets, 51200::BIGINT AS bytes, 1773129600::BIGINT AS start, 1773129660::BIGINT AS "end",
        'ACCEPT' AS action, 'OK' AS log_status, '10.20.0.7' AS pkt_srcaddr, '203.0.113.9' AS pkt_dstaddr, 3::INTEGER AS tcp_flags,
        'S3' AS pkt_dst_aws_service, 'egress' AS flow_direction) TO '${path}' (FORMAT parquet)`);
      engine.close();
      await withIntake([path], async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ format: 'aws-vpc parquet', records: 1, rows: 1 });
        expect(await rows(networkFlows, `${columns}, "State", "Sensor"`)).toEqual([
          `${place}|49600|null|established|ACCEPT S3|eni-0a1b2c3d4e5f60718`,
        ]);
      });
    });
  });

  it('have the packet addresses as ends, flags that tell who opened, and rejected traffic as failed', async () => {
    const header =
      'srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end action tcp-flags flow-direction log-status interface-id';
    const tail = (action: string, flags: string, way: string) =>
      `1773129600 1773129660 ${action} ${flags} ${way} OK eni-1`;
    const file = lines(
      header,
      // The leg of a connection to a gateway, whose end is outside.
      `10.20.0.7 10.20.0.1 50311 443 10.20.0.7 203.0.113.9 6 40 51200 ${tail('ACCEPT', '3', 'ingress')}`,
      // A server with the greater port: its SYN-ACK says who listens.
      `10.20.0.8 203.0.113.9 60000 50000 - - 6 5 5000 ${tail('ACCEPT', '19', 'egress')}`,
      `203.0.113.66 10.20.0.7 55000 3389 - - 6 20 4249 ${tail('REJECT', '2', 'ingress')}`,
      // Both ends public: the flow's direction says which is ours.
      `2001:db8:1:0:0:0:0:7 2001:db8:2::9 50311 443 - - 6 40 51200 ${tail('ACCEPT', '0', 'egress')}`,
      `2001:db8:2::9 2001:db8:1::8 50311 443 - - 6 40 51200 ${tail('ACCEPT', '2', 'ingress')}`,
      `10.20.0.7 203.0.113.9 0 0 - - 1 4 336 ${tail('ACCEPT', '0', 'egress')}`,
      header,
      `10.20.0.7 203.0.113.9 50400 443 - - 17 10 9000 ${tail('ACCEPT', '0', 'egress')}`,
    );
    await withFiles({ 'flows.log': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ rows: 7, ignored: 2, rejects: 0 });
      expect(await rows(networkFlows, `${columns}, "Protocol"`)).toEqual(
        [
          `${place}|49600|null|established|tcp`,
          '10.20.0.8|60000|203.0.113.9|50000|inbound|4800|null|established|tcp',
          '10.20.0.7|3389|203.0.113.66|55000|inbound|null|null|failed|tcp',
          '2001:db8:1::7|50311|2001:db8:2::9|443|outbound|48800|null|established|tcp',
          '2001:db8:1::8|443|2001:db8:2::9|50311|inbound|null|48800|established|tcp',
          '10.20.0.7|null|203.0.113.9|null|inbound|224|null|unknown|icmp',
          '10.20.0.7|50400|203.0.113.9|443|outbound|8720|null|unknown|udp',
        ].sort(),
      );
    });
  });

  it('say which address of a gateway goes on to where a machine behind it goes, and no other address of ours', async () => {
    const header =
      'srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end interface-id';
    const tail = '6 40 51200 1773129600 1773129660 eni-1';
    const file = lines(
      header,
      `10.20.0.7 10.20.0.1 50311 443 10.20.0.7 203.0.113.9 ${tail}`,
      `10.20.0.1 10.20.0.7 443 50311 203.0.113.9 10.20.0.7 ${tail}`,
      `10.20.0.1 203.0.113.9 61000 443 10.20.0.1 203.0.113.9 ${tail}`,
      // An interface shows its first address in the place of others of its own.
      `10.20.0.3 203.0.113.9 50312 443 10.20.0.33 203.0.113.9 ${tail}`,
      `203.0.113.9 10.20.0.3 443 50312 203.0.113.9 10.20.0.33 ${tail}`,
    );
    await withFiles({ 'flows.log': file }, async ({ rows }) => {
      expect(await rows(networkFlows, '"LocalIP", "RemoteIP", "BytesSent" IS NULL, "ThroughIP"')).toEqual([
        '10.20.0.1|203.0.113.9|false|',
        '10.20.0.33|203.0.113.9|false|',
        '10.20.0.33|203.0.113.9|true|',
        '10.20.0.7|203.0.113.9|false|10.20.0.1',
        '10.20.0.7|203.0.113.9|true|10.20.0.1',
      ]);
    });
  });

  it('without ports may be equal and are as many flows; what gateways saw of one is told apart', async () => {
    const record = 'eni-1 10.20.0.7 203.0.113.9 6 40 51200 1773129600 1773129660 ACCEPT OK';
    const names = 'interface-id srcaddr dstaddr protocol packets bytes start end action log-status';
    const ported =
      'interface-id srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr protocol packets bytes start end';
    const leg = (gateway: string) =>
      `eni-1 10.20.0.7 ${gateway} 50311 443 10.20.0.7 203.0.113.9 6 40 51200 1773129600 1773129660`;
    const counted = (...file: string[]) =>
      withFiles({ 'a.log': lines(...file), 'copy.log': lines(...file) }, ({ rows }) =>
        rows(networkFlows, 'count(*), count(DISTINCT "EventId")'),
      );
    expect(await counted(names, record, record)).toEqual(['4|2']);
    expect(await counted(ported, leg('10.20.0.1'), leg('10.20.0.2'), leg('10.20.0.2'))).toEqual(['6|2']);
  });

  it('say which intervals have no records, and reject what cannot be a flow', async () => {
    const file = lines(
      upload,
      `2 ${eni} - - - - - - - 1773129600 1773129660 - NODATA`,
      `2 ${eni} - - - - - - - 1773129600 1773129660 - SKIPDATA`,
      upload.replace('51200', '-5'),
      upload.replace('1773129600', 'soon'),
      upload.replace('10.20.0.7', 'nowhere'),
      'truncated 2 record',
    );
    await withFiles({ 'flows.log': file }, async ({ inputs, rejects }) => {
      expect(inputs[0]?.rows).toBe(1);
      expect(Object.keys(inputs[0]?.ignoredWhy ?? {}).map((why) => why.split(':')[0])).toEqual(['NODATA']);
      expect(rejects.map(({ line, reason }) => [line, reason.slice(0, 34)])).toEqual([
        [3, 'SKIPDATA: AWS lost records of the '],
        [4, 'a byte or packet counter is not a '],
        [5, 'the start of the interval cannot b'],
        [6, 'an end of the flow is no address'],
        [7, 'not of the form of the first recor'],
      ]);
    });
  });

  it('are read from what a query of CloudWatch Logs exports', async () => {
    const row = `2 ${eni} 10.20.0.7 203.0.113.9 51200 443 6 54 8855 1773129600 1773129660 ACCEPT OK`;
    await withFiles(
      { 'insights.csv': lines('@timestamp,@message', `2026-03-10 08:00:00.000,${row}`) },
      async ({ inputs }) => {
        expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0 });
      },
    );
  });

  it('in an order of their own are refused without the line that names it; logs of other clouds are not taken', async () => {
    const own = `${eni} 10.20.0.7 203.0.113.9 51200 ACCEPT OK 1773129600`;
    const files = {
      'own.log': lines(own, own),
      'own.json': lines(JSON.stringify({ message: own })),
      'other.csv': lines(
        'version,vswitch-id,eni-id,srcaddr,dstaddr,bytes,start,end',
        '1,vsw-1,eni-1,10.0.0.1,10.0.0.2,5,1,2',
      ),
    };
    await withFiles(files, async ({ inputs }) => {
      expect(inputs.map(({ format }) => format)).toEqual([null, null, null]);
      expect(inputs.map(({ reason }) => reason?.includes('AWS VPC flow logs in an order of their own'))).toEqual([
        true,
        true,
        false,
      ]);
    });
  });

  it('give the same rows read in place and with care', async () => {
    const odd = [
      ['50311', '-'],
      ['50311', '70000000000'],
      [' 6 ', ' 255 '],
      [' 6 ', ' - '],
      ['51200', '-'],
      ['40', '-'],
      ['1773129660', '-'],
      ['1773129660', '1'],
      ['ACCEPT', 'ALLOW'],
      ['10.20.0.7', '2001:DB8::0:7'],
      ['10.20.0.7', '::ffff:10.20.0.7'],
      [' OK', ' -'],
    ] as const;
    const plain = [order, ...odd.map(([from, to]) => upload.replace(from, to)), ''].join('\n');
    const read = (text: string) =>
      withFiles({ 'a.log': text }, ({ rows }) => rows(networkFlows), { withoutRejects: true });
    const [inPlace, withCare] = [await read(plain), await read(`${plain}\n\n`)];
    expect(inPlace).toHaveLength(odd.length);
    expect(withCare).toEqual(inPlace);
    // Without the header line, where a line of another form is a reject of either reading.
    const bare = [upload, answer, ...plain.split('\n').slice(1, -1), 'a b'].join('\n');
    expect(await read(bare)).toHaveLength(odd.length + 2);
    expect(await read(`# by hand\n${bare}`)).toEqual(await read(bare));
  });
});
