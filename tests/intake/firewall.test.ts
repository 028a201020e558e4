import { describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { deviceNetworkEvents, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { outbound } from '../../packages/weir/src/tables/outbound.ts';
import { catalogue } from '../fusion/fused.ts';
import { sharedPath } from '../shared.ts';
import { commonSecurityRow, extension, fortigate, fortigateCef, panos, panosEnd } from './examples/normal.ts';
import { type Taken, withFiles, withIntake } from './intake.ts';

const start = 639_087_273_300_000_000n;
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
const times = `${millis('FlowStart')}, ${millis('FlowEnd')}`;

describe("FortiGate's own log", () => {
  it('is a session that ends when it is logged, behind syslog or not, in a column or not', async () => {
    const json = `${JSON.stringify({ message: `<189>${fortigate().trim()}` })}\n`;
    await withFiles(
      { 'a.log': fortigate(), 'b.log': `<189>${fortigate()}`, 'c.json': json },
      async ({ inputs, rows }) => {
        expect(inputs.map(({ format }) => format)).toEqual(['fortinet', 'fortinet', 'fortinet json']);
        const columns = `"LocalIP", "LocalPort", "RemoteIP", "RemotePort", "Protocol", "AppProtocol", "BytesSent", "BytesReceived", "AccountName", "Sensor", "Outcome", ${times}`;
        expect(new Set(await rows(networkFlows, columns))).toEqual(
          new Set(['10.4.8.15|50144|203.0.113.9|443|tcp|https|5000000|40000|NINA|FG-LARK|established|-119750|120250']),
        );
        expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(1);
      },
    );
  });

  it('has times in nanoseconds or seconds, or by date and zone', async () => {
    const all = [
      { eventtime: '1773130650' },
      { eventtime: undefined },
      { eventtime: undefined, tz: undefined, time: '08:17:30' },
    ];
    const text = all
      .map((changes, at) => fortigate({ duration: '0', srcport: String(50001 + at), ...changes }))
      .join('');
    await withFiles({ 'a.log': text }, async ({ rows }) => {
      expect(await rows(networkFlows, `"LocalPort", ${millis('FlowEnd')}`)).toEqual([
        '50001|120000',
        '50002|120000',
        '50003|120000',
      ]);
    });
  });

  it('repeats running totals of a long session, of which the last stays', async () => {
    const early = fortigate({
      logid: '"0000000020"',
      action: '"accept"',
      sentbyte: '900',
      eventtime: '1773130550250000001',
      duration: '140',
    });
    await withFiles({ 'a.log': early + fortigate() }, async ({ rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(1);
      expect(await rows(networkFlows, `"FlowEnd" - "FlowStart", "BytesSent"`)).toEqual([
        '1400000000|900',
        '2400000000|5000000',
      ]);
    });
  });

  it('has quoted values with blanks, signs and keys in them', async () => {
    const text = fortigate({ msg: '"a type=\\"event\\" srcip=198.51.100.1 sentbyte=1"', dstcountry: '"Two Words"' });
    await withFiles({ 'a.log': text }, async ({ rows }) => {
      expect(await rows(networkFlows, '"LocalIP", "BytesSent"')).toEqual(['10.4.8.15|5000000']);
    });
  });

  it('names the application where the firewall knows more than the port', async () => {
    const known = { app: '"Dropbox_File.Upload"', appcat: '"Storage.Backup"' };
    const cef = fortigateCef({ FTNTFGTapp: 'MEGA', app: 'HTTPS' });
    const unseen = fortigate({ app: '"unscanned"', srcport: '50001' });
    await withFiles({ 'a.log': fortigate(known) + unseen, 'b.log': cef }, async ({ rows }) => {
      expect((await rows(networkFlows, '"AppProtocol"')).sort()).toEqual(['dropbox_file.upload', 'https', 'mega']);
    });
  });

  it('makes no proxy of a server inside that it knows by name, and nothing that goes there leaves', async () => {
    const inside = { dstip: '10.4.9.40', hostname: '"Nexus.example.org"', url: '"https://Nexus.example.org/up"' };
    const web = fortigate({ ...inside, type: '"utm"', subtype: '"webfilter"' });
    await withFiles({ 'a.log': fortigate({ dstip: '10.4.9.40' }) + web }, async ({ lake, rows }) => {
      expect(await rows(observedNames, '"Kind", "Host", "ServerIP"')).toEqual(['http|nexus.example.org|10.4.9.40']);
      await fuse(lake, { catalogue });
      expect(await rows(deviceNetworkEvents, `"RemoteHost", "BytesSent", (${outbound})`)).toEqual([
        'nexus.example.org|5000000|false',
      ]);
    });
  });

  it('names hosts in inspection logs, and leaves out what else it logs with a reason', async () => {
    const web = fortigate({
      type: '"utm"',
      subtype: '"webfilter"',
      hostname: '"Files.Example.org"',
      url: '"https://Files.Example.org/up"',
      sentbyte: '9',
    });
    const others = fortigate({ type: '"event"', subtype: '"system"' }) + fortigate({ type: '"utm"', subtype: '"ips"' });
    await withFiles({ 'a.log': `${fortigate()}${web}${others}something else\n` }, async ({ inputs, rows }) => {
      expect(await rows(observedNames, '"Kind", "Host", "ClientIP", "ServerIP", "FlowId"')).toEqual([
        'proxy|files.example.org|10.4.8.15||8812@10.4.8.15:50144',
      ]);
      expect(await rows(networkFlows, '"BytesSent"')).toEqual(['5000000', 'null']);
      expect(inputs[0]?.ignoredWhy).toEqual({
        'FortiGate inspection logs without a host name tell Weir nothing': 1,
        'Weir does not use FortiGate logs of the type event': 1,
        'texts that are no FortiGate logs; give Weir logs of other forms as files of their own': 1,
      });
    });
  });
});

describe("PAN-OS's own syslog", () => {
  it('is a session with its start and length, values in quotes or not', async () => {
    await withFiles(
      { 'a.log': `<14>Mar 10 08:20:00 fw1 ${panos('TRAFFIC', 'end', panosEnd)}` },
      async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ format: 'paloalto', rows: 1 });
        const columns = `"LocalIP", "RemotePort", "IpBytesSent", "IpBytesReceived", "BytesSent", "AccountName", "Sensor", "AppProtocol", "BytesSource", ${times}`;
        expect(await rows(networkFlows, columns)).toEqual([
          `10.4.8.15|443|5000000|40000|${5000000 - 4000 * 40}|nina|PA-LARK|ssl|paloalto-ip|0|240000`,
        ]);
      },
    );
  });

  it('tells a start and names under the id of the end, without bytes', async () => {
    const began = panos('TRAFFIC', 'start', { ...panosEnd, 32: '400', 33: '100', 36: '0' });
    const url = panos('THREAT', 'url', { 31: '"files.example.org/up,load"', 30: 'alert', 59: 'PA-LARK' });
    const others = panos('SYSTEM', 'general') + panos('THREAT', 'spyware', { 31: '' });
    await withFiles({ 'a.log': began + url + panos('TRAFFIC', 'end', panosEnd) + others }, async ({ inputs, rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId", "FlowId"')).size).toBe(1);
      expect(await rows(networkFlows, '"IpBytesSent", "FlowEnd" IS NULL')).toEqual([
        '5000000|false',
        'null|true',
        'null|true',
      ]);
      expect(await rows(observedNames, '"Host", "FlowId"')).toEqual(['files.example.org|25596@10.4.8.15:50144']);
      expect(inputs[0]?.ignoredWhy).toEqual({
        'PAN-OS threat logs without a host name tell Weir nothing': 1,
        'Weir does not use PAN-OS logs of the type SYSTEM': 1,
      });
    });
  });

  it('was refused where it was reset by the firewall or denied', async () => {
    const text = ['deny', 'reset-both', 'drop'].map((action, at) =>
      panos('TRAFFIC', 'deny', { ...panosEnd, 24: `5000${at}`, 30: action }),
    );
    await withFiles({ 'a.log': text.join('') }, async ({ rows }) => {
      expect(await rows(networkFlows, '"Outcome", "BytesSent"')).toEqual(Array(3).fill('failed|null'));
    });
  });
});

/** Values that logs have and nobody expects. */
const odd = [
  '',
  '-',
  '0',
  '-1',
  '9'.repeat(30),
  '1e400',
  'é\u0301',
  '"',
  '\\',
  'a=b',
  "'",
  '::ffff:10.0.0.1',
  'fe80::1%eth0',
  '2026-03-10',
  '\u0001',
];

describe('odd values', () => {
  it('are read the same in place and with care', async () => {
    const cef = odd.flatMap((value) =>
      ['src', 'spt', 'out', 'proto', 'act', 'suser', 'request', 'FTNTFGTeventtime'].map((key) =>
        fortigateCef({ [key]: value }),
      ),
    );
    const own = odd.flatMap((value) =>
      ['srcip', 'sentbyte', 'eventtime', 'sessionid', 'hostname', 'tz'].map((key) => fortigate({ [key]: value })),
    );
    const pan = odd.flatMap((value) =>
      [6, 7, 12, 22, 30, 32, 35].map((place) => panos('TRAFFIC', 'end', { ...panosEnd, [place]: value })),
    );
    const rows = odd.flatMap((value) =>
      ['SourceIP', 'SentBytes', 'ReceiptTime', 'AdditionalExtensions', 'DeviceAction'].map(
        (key) => `${JSON.stringify({ ...commonSecurityRow, [key]: value })}\n`,
      ),
    );
    const files = { 'a.log': cef.join(''), 'b.log': own.join(''), 'c.log': pan.join(''), 'd.json': rows.join('') };
    const careful = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, `${text}${name === 'd.json' ? '{"broken\n' : 'x\0y\n'}`]),
    );
    const tell = async ({ inputs, rows }: Taken) => ({
      rows: [...(await rows(networkFlows)), ...(await rows(observedNames))],
      counts: inputs.map(({ rows, ignoredWhy }) => [rows, ignoredWhy]),
    });
    const inPlace = await withFiles(files, tell, { withoutRejects: true });
    expect(await withFiles(careful, tell, { withoutRejects: true })).toEqual(inPlace);
    expect(inPlace.rows.length).toBeGreaterThan(200);
  });
});

const shared = sharedPath('telemetry', 'firewall', 'azs_PaloAltoCDLEvent_CEF.json');

describe.skipIf(shared === undefined)("Sentinel's sample of PAN-OS", () => {
  it('has no connection that can be read: its addresses are masked', async () => {
    await withIntake([shared ?? ''], async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({
        format: 'commonsecuritylog json',
        records: 28,
        rows: 0,
        rejects: 2,
        ignored: 26,
      });
    });
  });
});

describe('recognition', () => {
  it('does not take pairs of other products for FortiGate, nor tables with dates for PAN-OS', async () => {
    const pairs = `${extension({ time: '1', type: 'x', host: 'a', action: 'b' })}\n`;
    const csv = 'id,date,what\n1,2026/03/10 08:15:30,abc\n';
    await withFiles({ 'a.log': pairs, 'b.csv': csv }, async ({ inputs }) => {
      expect(inputs.map(({ format }) => format)).toEqual([null, null]);
    });
  });
});
