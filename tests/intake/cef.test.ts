import { describe, expect, it } from 'vitest';
import { networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { commonSecurityRow, extension, fortigateCef } from './examples/normal.ts';
import { withFiles } from './intake.ts';

const start = 639_087_273_300_000_000n;
/** Ticks as milliseconds after 2026-03-10 08:15:30 UTC. */
const millis = (column: string): string => `(("${column}" - ${start}) // 10000)::BIGINT`;
const both = '"BytesSent", "BytesReceived"';
const ends = '"LocalIP", "LocalPort", "RemoteIP", "RemotePort"';

/** An event of a product that Weir has no rules of its own for. */
function event(
  pairs: Readonly<Record<string, string | undefined>>,
  header = 'Example|Gateway|1|100|connection|3',
): string {
  const usual = { src: '10.4.8.15', spt: '50144', dst: '203.0.113.9', dpt: '443', proto: 'TCP', rt: '1773130530000' };
  return `CEF:0|${header}|${extension({ ...usual, ...pairs })}\n`;
}

async function told(text: string, columns: string, name = 'a.log'): Promise<string[]> {
  return withFiles({ [name]: text }, ({ rows }) => rows(networkFlows, columns));
}

describe('a CEF event', () => {
  it('is a connection with the names, user, application and firewall that it tells', async () => {
    const text = event({
      suser: 'nina',
      app: 'HTTPS',
      act: 'Allowed',
      request: 'https://Files.Example.org:8443/a\\=b',
      dvchost: 'gw1',
    });
    await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'cef', records: 1, rows: 1 });
      const columns = `${ends}, "Protocol", "AppProtocol", "Outcome", "State", "AccountName", "Sensor", "Direction"`;
      expect(await rows(networkFlows, columns)).toEqual([
        '10.4.8.15|50144|203.0.113.9|443|tcp|https|established|Allowed|nina|gw1|outbound',
      ]);
      const joined = await rows(observedNames, '"Kind", "Host", "ClientIP", "ServerIP", "Sensor", "FlowId"');
      const [id] = await rows(networkFlows, '"FlowId"');
      expect(joined).toEqual([`proxy|files.example.org|10.4.8.15||gw1|${id}`]);
    });
  });

  it('stands behind syslog of any age, and in columns of JSON and CSV', async () => {
    const own = event({ out: '7' });
    const json = `${JSON.stringify({ SyslogMessage: own.trim(), Computer: 'c' })}\n`;
    const csv = `TimeGenerated,SyslogMessage\n2026-03-10T08:15:30Z,"${own.trim()}"\n`;
    const lines = [
      own,
      `<134>Mar 10 08:15:30 fw ${own}`,
      `Mar 10 08:15:30 fw ${own.replace('CEF:0', 'CEF: 0')}`,
      `<134>1 2026-03-10T08:15:30Z fw app - - - ${own}`,
    ];
    const files = { 'a.log': lines.join(''), 'b.json': json, 'c.csv': csv, 'd.log': own.replace('\n', '\r\n') };
    await withFiles(files, async ({ rows }) => {
      expect(await rows(networkFlows, `"BytesSent", ${millis('FlowStart')}`)).toEqual(Array(7).fill('7|0'));
    });
  });

  it('has values with blanks and equals signs, escapes, and bars in the header', async () => {
    const header = 'Example|Gate\\|way|1|100|a \\| b|3';
    const text = event(
      { msg: 'two words a\\=b out\\=9', suser: 'LARKFIELD\\\\nina', cs1Label: 'Rule', cs1: 'let us out' },
      header,
    );
    expect(await told(text, '"AccountName", "BytesSent"')).toEqual(['nina|null']);
  });

  it('keeps the first of a key that comes twice, and takes five spellings of unknown for unknown', async () => {
    const unknown = ['', '-', 'null', 'N/A', undefined].map((out) => event({ out, dpt: out }));
    const all = [event({ in: '5 in=6' }), event({ out: '0' }), ...unknown].join('');
    expect(await told(all, `${both}, "RemotePort", "BytesSource"`)).toEqual([
      '0|null|443|cef-bytes',
      'null|5|443|cef-bytes',
      ...Array(5).fill('null|null|null|'),
    ]);
  });

  it('reads times in all their forms, those without a zone in the one that the event names', async () => {
    const forms = {
      '1773130530': 0,
      '1773130530250': 250,
      '1773130530250000001': 250,
      'Mar 10 2026 08:15:30': 0,
      'Mar 10 2026 08:15:30.250 UTC': 250,
      'Mar 10 2026 10:15:30 +0200': 0,
      'Mar 10 2026 09:15:30 CET': 0,
      'Tue Mar 10 08:15:30 2026': 0,
      '2026-03-10T08:15:30.2500000Z': 250,
      '2026-03-10T04:15:30-04:00': 0,
      'Mar 10 2026 10:15:30 dtz=+02:00': 0,
      '2026-03-10 10:15:30 dtz=+0200': 0,
      'Mar 10 2026 03:15:30 dtz=-05': 0,
      'Mar 10 2026 13:45:30 dtz=+5:30': 0,
      '2026-03-10 09:15:30 dtz=+1': 0,
    };
    const all = Object.keys(forms).map((rt, at) => event({ rt, spt: String(50001 + at) }));
    expect(await told(all.join(''), `"LocalPort", ${millis('FlowStart')}`)).toEqual(
      Object.values(forms).map((after, at) => `${50001 + at}|${after}`),
    );
  });

  it('is rejected where its time has no year, or a zone that nobody knows, and takes that of RFC 5424 where it has none', async () => {
    const bad =
      event({ rt: 'Mar 10 08:15:30' }) +
      event({ rt: 'Mar 10 2026 08:15:30 XYZ' }) +
      event({ rt: '' }) +
      event({ rt: 'Mar 10 2026 08:15:30 dtz=+ahead' }) +
      event({ rt: '2026-03-10 08:15:30 dtz=+ahead' });
    await withFiles({ 'a.log': bad }, async ({ rejects }) => {
      expect(rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
        '1 the time cannot be read: no year, or a form or zone that Weir does not know',
        '2 the time cannot be read: no year, or a form or zone that Weir does not know',
        '3 the time is missing',
        '4 the time cannot be read: no year, or a form or zone that Weir does not know',
        '5 the time cannot be read: no year, or a form or zone that Weir does not know',
      ]);
    });
    const stamped = `<134>1 2026-03-10T10:15:30+02:00 fw app - - - ${event({ rt: '' })}`;
    expect(await told(stamped, millis('FlowStart'))).toEqual(['0']);
  });

  it('has what became of it in many words', async () => {
    const words = [
      'allow',
      'Accept',
      'permitted',
      'close',
      'client-rst',
      'timeout',
      'not blocked',
      'deny',
      'Denied',
      'drop-all',
      'Blocked',
      'reset-both',
      'reject',
      'prevent',
      'whatever',
      '',
    ];
    const outcomes = await told(
      words.map((act, at) => event({ act, spt: String(50000 + at), out: '5' })).join(''),
      '"LocalPort", "Outcome", "BytesSent"',
    );
    expect(outcomes.map((row) => row.split('|').slice(1).join(' '))).toEqual([
      ...Array(7).fill('established 5'),
      ...Array(7).fill('failed null'),
      ...Array(2).fill('unknown 5'),
    ]);
  });

  it('is turned by addresses; where they do not tell, by its own direction; and an own server stands behind translation', async () => {
    const [outside, inside] = [{ src: '198.51.100.7' }, { destinationTranslatedAddress: '10.0.0.80' }];
    const cases: [pairs: Readonly<Record<string, string>>, row: string][] = [
      [{ deviceDirection: '0' }, '10.4.8.15|203.0.113.9|outbound|1|2'],
      [{ ...outside, deviceDirection: '0' }, '203.0.113.9|198.51.100.7|inbound|2|1'],
      [{ ...outside, deviceDirection: '1' }, '198.51.100.7|203.0.113.9|outbound|1|2'],
      [{ ...outside, ...inside }, '10.0.0.80|198.51.100.7|inbound|2|1'],
      [{ destinationTranslatedAddress: '0.0.0.0' }, '10.4.8.15|203.0.113.9|outbound|1|2'],
    ];
    const all = cases.map(([pairs], at) => event({ out: '1', in: '2', spt: String(50001 + at), ...pairs }));
    const sides = '"LocalIP", "RemoteIP", "Direction", "BytesSent", "BytesReceived"';
    expect(await told(all.join(''), `greatest("LocalPort", "RemotePort"), ${sides}`)).toEqual(
      cases.map(([, row], at) => `${50001 + at}|${row}`),
    );
  });

  it('knows protocols by number, and by what runs over TCP alone', async () => {
    const known = { '17': 'udp', '58': 'icmp', '6': 'tcp', '99': '99', UDP: 'udp', https: 'tcp' };
    const all = Object.keys(known).map((proto, at) => event({ proto, spt: String(50001 + at) }));
    expect(await told(all.join(''), '"LocalPort", "Protocol"')).toEqual(
      Object.values(known).map((protocol, at) => `${50001 + at}|${protocol}`),
    );
  });

  it('is ignored with a reason where it is no connection, and rejected where it should be one', async () => {
    const texts = [
      event({ src: '', dst: '' }),
      event({ dpt: '', proto: '' }),
      'Mar 10 08:15:30 fw sshd[1]: hello\n',
      'CEF:0|Example|cut short\n',
      event({ src: 'xxx.xx.x.xx', dst: '172.999.1.1' }),
      event({ out: '-5' }),
      event({ in: 'many' }),
      event({ src: 'xxx.xx.x.xx', out: '5' }),
    ];
    await withFiles({ 'a.log': texts.join('') }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 8, rows: 1, rejects: 4, ignored: 3 });
      expect(inputs[0]?.ignoredWhy).toEqual({
        'events without the addresses of a connection tell Weir nothing': 1,
        'events without a port, a protocol, a host name or bytes are no connections': 1,
        'texts that are no CEF events; give Weir logs of other forms as files of their own': 1,
      });
      expect(inputs[0]?.rejectsWhy).toEqual({
        'the CEF header has not seven parts': 1,
        'neither end of the connection has an address that can be read (masked, or no address)': 1,
        'a byte or packet counter is not a number from 0': 2,
      });
      // An address that cannot be read is unknown; the rest of the record is kept.
      expect(await rows(networkFlows, '"LocalIP", "RemoteIP", "BytesSent"')).toEqual(['|203.0.113.9|5']);
    });
  });

  it('is one row in two files, and two events are two', async () => {
    await withFiles({ 'a.log': event({}), 'b.log': event({}) + event({ spt: '50145' }) }, async ({ rows }) => {
      expect(new Set(await rows(networkFlows, '"EventId"')).size).toBe(2);
    });
  });
});

describe('the side that sent, by product', () => {
  const pan = (pairs: Readonly<Record<string, string>>) =>
    event(
      { out: '40000', in: '5000000', act: 'allow', cn1: '1', cn1Label: 'SessionID', ...pairs },
      'Palo Alto Networks|PAN-OS|11|end|TRAFFIC|3',
    );

  it('is out of FortiGate, Zscaler and Check Point', async () => {
    const names = ['Zscaler|NSSWeblog|5.0|Allowed|Allowed|3', 'Check Point|VPN-1 & FireWall-1|1|Log|https|3'];
    const all = names.map((name) => event({ out: '5', in: '7' }, name)).join('') + fortigateCef();
    expect(await told(all, `${both}, "IpBytesSent", "BytesSource"`)).toEqual([
      '5000000|40000|5000000|fortinet-ip',
      '5|7|null|cef-bytes',
      '5|7|null|zscaler-http',
    ]);
  });

  it("is in of PAN-OS's own template, unless its packets say otherwise", async () => {
    expect(await told(pan({}), both)).toEqual(['5000000|40000']);
    expect(
      await told(pan({ PanOSPacketsSent: '4000', PanOSPacketsReceived: '700' }), '"IpBytesSent", "IpBytesReceived"'),
    ).toEqual(['5000000|40000']);
    expect(
      await told(pan({ PanOSPacketsSent: '700', PanOSPacketsReceived: '200000' }), '"IpBytesSent", "IpBytesReceived"'),
    ).toEqual(['40000|5000000']);
  });

  it('leaves out what packets take for their headers', async () => {
    expect(await told(fortigateCef({ FTNTFGTsentpkt: '4000', FTNTFGTrcvdpkt: '700' }), both)).toEqual([
      `${5000000 - 4000 * 40}|${40000 - 700 * 40}`,
    ]);
  });
});

describe('FortiGate and PAN-OS in CEF', () => {
  it('log at the end of a session', async () => {
    expect(await told(fortigateCef(), `${millis('FlowStart')}, ${millis('FlowEnd')}`)).toEqual(['-119750|120250']);
  });

  it('tell names of a session in records of their own, which have no bytes', async () => {
    const web = fortigateCef(
      { act: 'passthrough', out: '200', request: 'https://files.example.org/up', duser: 'nina' },
      'utm:webfilter ftgd_allow',
    );
    await withFiles({ 'a.log': web + fortigateCef() }, async ({ rows }) => {
      expect(await rows(networkFlows, `"EventId" LIKE 'fortinet:%', "BytesSent", "FlowEnd" IS NULL`)).toEqual([
        'true|5000000|false',
        'true|null|true',
      ]);
      expect(new Set(await rows(networkFlows, '"EventId", "FlowId"')).size).toBe(1);
      expect(await rows(observedNames, '"Host"')).toEqual(['files.example.org']);
    });
  });

  it('say in plain words which of their logs are of no use', async () => {
    const event_ = fortigateCef({}, 'event:system login');
    const ips = fortigateCef({}, 'utm:ips signature');
    const config = 'CEF:0|Palo Alto Networks|PAN-OS|11|0|CONFIG|3|rt=1773130530000\n';
    const threat = event({}, 'Palo Alto Networks|PAN-OS|11|spyware|THREAT|3');
    await withFiles({ 'a.log': event_ + ips + config + threat }, async ({ inputs }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({
        'FortiGate inspection logs without a host name tell Weir nothing': 1,
        'PAN-OS threat logs without a host name tell Weir nothing': 1,
        'Weir does not use FortiGate logs of the type event': 1,
        'Weir does not use PAN-OS logs of the type CONFIG': 1,
      });
    });
  });

  it('count a session that inspection blocked as failed', async () => {
    expect(await told(fortigateCef({ FTNTFGTutmaction: 'block' }), '"Outcome", "BytesSent"')).toEqual(['failed|null']);
  });
});

describe('CommonSecurityLog', () => {
  const csl = (changes: object): string => `${JSON.stringify({ ...commonSecurityRow, ...changes })}\n`;

  it("is a session of the cloud service's PAN-OS log, with the start that only the extension has", async () => {
    await withFiles({ 'a.json': csl({}) }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ format: 'commonsecuritylog json', rows: 1 });
      expect(
        await rows(networkFlows, `${ends}, ${both}, "AccountName", ${millis('FlowStart')}, ${millis('FlowEnd')}`),
      ).toEqual(['10.4.8.15|50144|203.0.113.9|443|5000000|40000|nina|0|240000']);
    });
  });

  it('comes as an array, as CSV with a mark, and with null as a text', async () => {
    const row = { ...commonSecurityRow, SentBytes: 'null' };
    const names = Object.keys(row);
    const csv = `\ufeff${names.join(',')}\r\n${Object.values(row)
      .map((value) => `"${value}"`)
      .join(',')}\r\n`;
    await withFiles({ 'a.json': JSON.stringify([row], null, 2), 'b.csv': csv }, async ({ rows }) => {
      expect(await rows(networkFlows, both)).toEqual(['null|40000', 'null|40000']);
    });
  });

  it('rejects a row of another form among its own', async () => {
    const other = JSON.stringify({ TimeGenerated: '2026-03-10T08:15:30Z', SrcIpAddr: '10.4.8.15', SrcBytes: 5 });
    await withFiles({ 'a.json': `${csl({})}${csl({})}${other}\n` }, async ({ inputs }) => {
      expect(inputs[0]).toMatchObject({ rows: 2, rejects: 1, ignored: 0 });
    });
  });

  it('prefers what was asked for to the end of the chain of aliases', async () => {
    const row = csl({
      DeviceVendor: 'WireX',
      DeviceProduct: 'NFP',
      DestinationHostName: 'edge.example.net',
      AdditionalExtensions: 'a=b c;reqHost=Support.Example.org;x=1',
    });
    await withFiles({ 'a.json': row }, async ({ rows }) =>
      expect(await rows(observedNames, '"Host"')).toEqual(['support.example.org']),
    );
  });

  it('is refused where it was denied; an account may stand behind two layers of backslashes', async () => {
    const rows = csl({ DeviceAction: 'deny' }) + csl({ SourcePort: '50145', SourceUserName: 'larkfield\\\\nina' });
    expect(await told(rows, '"Outcome", "BytesSent", "BytesSource", "AccountName"')).toEqual([
      'established|5000000|paloalto-ip|nina',
      'failed|null||nina',
    ]);
  });

  it('takes the columns at their word: SentBytes is what the source sent, unless packets say that PAN-OS crossed them', async () => {
    const pan = { DeviceProduct: 'PAN-OS', DeviceEventClassID: 'end', Activity: 'TRAFFIC' };
    const crossed = {
      ...pan,
      SourcePort: '50145',
      SentBytes: '40000',
      ReceivedBytes: '5000000',
      AdditionalExtensions: 'PanOSPacketsSent=4000;PanOSPacketsReceived=700',
    };
    expect(await told(csl(pan) + csl(crossed), '"LocalPort", "IpBytesSent", "IpBytesReceived"')).toEqual([
      '50144|5000000|40000',
      '50145|5000000|40000',
    ]);
  });
});
