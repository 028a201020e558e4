import { describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { deviceNetworkEvents, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { catalogue } from '../fusion/fused.ts';
import { commonSecurityRow, extension, panos, panosEnd } from './examples/normal.ts';
import { withFiles } from './intake.ts';

const start = 639_087_273_300_000_000n;
/** Ticks as milliseconds after 2026-03-10 08:15:30 UTC. */
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
const times = `${millis('FlowStart')}, ${millis('FlowEnd')}`;
const both = '"BytesSent", "BytesReceived"';

function event(header: string, pairs: Readonly<Record<string, string>>): string {
  const usual = { src: '10.4.8.15', spt: '50144', dst: '203.0.113.9', dpt: '443', proto: '6', rt: '1773130530000' };
  return `CEF:0|${header}|${extension({ ...usual, ...pairs })}\n`;
}
const row = (changes: object): string => `${JSON.stringify({ ...commonSecurityRow, ...changes })}\n`;

async function told(text: string, columns: string, name = 'a.log'): Promise<string[]> {
  return withFiles({ [name]: text }, ({ rows }) => rows(networkFlows, columns));
}

describe('PAN-OS with a high resolution time', () => {
  const local = { ...panosEnd, 1: '2026/03/10 01:20:00', 6: '2026/03/10 01:20:00', 35: '2026/03/10 01:15:30' };

  it('has its other times in the zone of that one, wherever it stands', async () => {
    const text =
      panos('TRAFFIC', 'end', { ...local, 58: '2026-03-10T01:20:00.492-07:00' }) +
      panos('TRAFFIC', 'end', { ...local, 24: '50145', 61: '"2026-03-10T01:20:00.492-07:00"' });
    expect(await told(text, times)).toEqual(['0|240000', '0|240000']);
  });

  it('is read in UTC without one', async () => {
    expect(await told(panos('TRAFFIC', 'end', local), times)).toEqual([`${-7 * 3600_000}|${240_000 - 7 * 3600_000}`]);
  });

  it('says the zone in CEF too, but not that of the cloud service, whose times are of UTC', async () => {
    const timed = (header: string, rt: string): string =>
      event(header, {
        rt,
        ...{ act: 'allow', cn1: '25596', cn1Label: 'SessionID' },
        PanOSTimeGeneratedHighResolution: '2026-03-10T01:15:30.763-07:00',
      });
    const firewall = timed('Palo Alto Networks|PAN-OS|11.0|end|TRAFFIC|3', 'Mar 10 2026 01:15:30');
    const cloud = timed('Palo Alto Networks|LF|2.0|TRAFFIC|end|3', 'Mar 10 2026 08:15:30');
    expect(await told(firewall + cloud, times)).toEqual(['0|0', '0|0']);
  });
});

describe('the bytes', () => {
  it('of McAfee and Skyhigh are of the client in `in`, of the server in `out`', async () => {
    const counted = { in: '700', out: '19578' };
    const names = ['McAfee|Web Gateway', 'Skyhigh|Web Gateway', 'McAfee|Other'];
    const text = names.map((name, at) => event(`${name}|12|200|web|2`, { ...counted, spt: `5000${at}` })).join('');
    const kept = row({
      ...{ DeviceVendor: 'McAfee', DeviceProduct: 'Web Gateway' },
      SentBytes: '19578',
      ReceivedBytes: '',
    });
    expect(await told(text, `"LocalPort", ${both}`)).toEqual(['50000|700|19578', '50001|700|19578', '50002|19578|700']);
    expect(await told(kept, both, 'a.json')).toEqual(['null|19578']);
  });

  it("of Cisco's eStreamer client are under names of its own", async () => {
    const counted = { bytesIn: '5000', bytesOut: '900' };
    const text = event('Cisco|Firepower|6.0|RNA:1003:1|CONNECTION STATISTICS|3', counted);
    const other = event('Example|Gateway|1|1|web|3', { ...counted, spt: '50145' });
    expect(await told(text + other, `"LocalPort", ${both}`)).toEqual(['50144|900|5000', '50145|null|null']);
    const kept = row({
      ...{ DeviceVendor: 'Cisco', DeviceProduct: 'Firepower', SentBytes: '', ReceivedBytes: '' },
      AdditionalExtensions: 'bytesOut=88;reason=N/A',
    });
    expect(await told(kept, both, 'a.json')).toEqual(['88|null']);
  });
});

describe("Check Point's updates of a log", () => {
  const update = (out: string, changes: Readonly<Record<string, string>> = {}): string =>
    event('Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown', {
      ...{ act: 'Accept', in: '900', out, loguid: '{0x69afd3a2,0x1,0x1234a8c0,0xc0000001}' },
      ...changes,
    });
  const fused = (text: string): Promise<string[]> =>
    withFiles({ 'a.log': text }, async ({ lake, rows }) => {
      await fuse(lake, { catalogue });
      return rows(networkFlows, both);
    });

  it('are one connection, with the greatest of its totals', async () => {
    const all = [update('1000000'), update('2000000'), update('900', { in: '90' })];
    expect(await fused(all.join(''))).toEqual(['2000000|900']);
    expect(await fused(all.reverse().join(''))).toEqual(['2000000|900']);
  });

  it('have another id than other logs, and an id of zeros is none', async () => {
    const zeros = { loguid: '{0x0,0x0,0x0,0x0}' };
    const all = [
      update('1000000'),
      update('2000000', { loguid: '{0x69afd3a2,0x2,0x1234a8c0,0xc0000001}' }),
      update('3', zeros),
      update('4', zeros),
    ];
    expect(await fused(all.join(''))).toEqual(['1000000|900', '2000000|900', '3|900', '4|900']);
  });
});

describe('SonicWall, which writes when a connection is opened and when it is closed', () => {
  const connections = (text: string): Promise<string[]> =>
    withFiles({ 'a.log': text }, async ({ lake, rows }) => {
      await fuse(lake, { catalogue });
      return rows(deviceNetworkEvents, both);
    });
  const opened = (pairs: Record<string, string> = {}) =>
    event('SonicWall|NSv|7|98|Connection Opened|3', { out: '52', ...pairs });
  const closed = (pairs: Record<string, string> = {}) =>
    event('SonicWall|NSv|7|537|Connection Closed|3', { rt: '1773130532000', out: '1685', in: '1826', ...pairs });

  it('has one connection of both, with the bytes of its end', async () => {
    expect(await connections(opened() + closed())).toEqual(['1685|1826']);
    expect(await connections(closed() + opened())).toEqual(['1685|1826']);
    expect(await told(opened() + closed(), times)).toEqual(['0|null', '2000|null']);
  });

  it('has one of either alone, and knows no bytes of what is not closed', async () => {
    expect(await connections(opened({ spt: '50145' }) + closed())).toEqual(['1685|1826', 'null|null']);
  });
});

describe('the words of products', () => {
  it('for protocols may have the service behind them', async () => {
    const known = { 'tcp/https': 'tcp', 'UDP/dns': 'udp', 'icmp/8': 'icmp', 'other/x': 'other/x' };
    const all = Object.keys(known).map((proto, at) =>
      event('SonicWall|NSv|7|537|closed|3', { proto, spt: `5000${at}` }),
    );
    expect(await told(all.join(''), '"LocalPort", "Protocol"')).toEqual(
      Object.values(known).map((protocol, at) => `5000${at}|${protocol}`),
    );
  });

  it('for the user of Forcepoint may be a path in a directory', async () => {
    const path = String.raw`LDAP://10.0.0.9 CN\=Users,DC\=larkfield,DC\=example/nina`;
    const header = 'Forcepoint|Security|8.5.0|148|Transaction permitted|1';
    const all = [{ suser: path }, { suser: path, loginID: 'n.holm' }, { suser: 'larkfield\\\\otto' }, { suser: '-' }];
    const text = all
      .map((pairs, at) => event(header, { ...pairs, spt: `5000${at}` } as Record<string, string>))
      .join('');
    expect(await told(text, '"LocalPort", "AccountName"')).toEqual([
      '50000|nina',
      '50001|n.holm',
      '50002|otto',
      '50003|',
    ]);
  });
});

describe('the zone of a time', () => {
  it('may be an offset behind GMT or UTC', async () => {
    const forms = ['08:15:30 GMT+00:00', '10:15:30 GMT+02:00', '03:15:30 UTC-0500', '08:15:30 GMT', '08:15:30 UTC'];
    const all = forms.map((form, at) =>
      event('Example|Gateway|1|1|web|3', { rt: `Mar 10 2026 ${form}`, spt: `5000${at}` }),
    );
    expect(await told(all.join(''), millis('FlowStart'))).toEqual(forms.map(() => '0'));
  });

  it('is unknown where it has one name in two places', async () => {
    const text = event('Example|Gateway|1|1|web|3', { rt: 'Mar 10 2026 08:15:30 CST' });
    await withFiles({ 'a.log': text }, async ({ rejects }) =>
      expect(rejects.map(({ reason }) => reason)).toEqual([
        'the zone of its time, CST, may be of Chicago or of China: have the sender write UTC, or an offset such as -0600',
      ]),
    );
  });
});
