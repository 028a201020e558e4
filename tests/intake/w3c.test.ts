import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { proxyExamples } from './examples/proxies.ts';
import { withFiles } from './intake.ts';
import { flows, names } from './proxyRows.ts';

const example = proxyExamples.w3c ?? '';
const [software = '', fields = '', line = ''] = example.split('\n');
const upload =
  '2026-03-10 08:15:28.5|1500|10.0.0.5|null|203.0.113.9|443|outbound|2181167|900|established|TCP_TUNNELED/200|alice';

describe("a proxy's log", () => {
  it.each([
    ['as written', example],
    ['with CRLF', example.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${example}`],
    ['with blank lines and other directives', `${software}\n#Version: 1.0\n\n${fields}\n#Remark: "a b"\n${line}\n\n`],
    ['with several blanks between columns', example.replace('OBSERVED 200', 'OBSERVED   200')],
    ['without #Software, told by its fields', `#Version: 1.0\n${fields}\n${line}\n`],
    ['with a blank after #', example.replaceAll('#', '# ')],
    [
      'separated by tabs',
      `${software}\n${fields.replaceAll(' ', '\t').replace('\t', ' ')}\n${line.replaceAll('"', '').replace('curl 8 (x)', 'curl').replaceAll(' ', '\t')}\n`,
    ],
  ])('%s: cs-bytes is the upload, s-ip where the proxy listens', async (_, text) => {
    await withFiles({ 'sg.log': text }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ format: 'w3c proxy', rows: 1, rejects: 0, complete: true });
      expect(await flows(taken)).toEqual([upload]);
      expect(await names(taken)).toEqual(['proxy|10.0.0.5|null|10.0.0.2|8080|files.example.com']);
    });
  });

  it('follows #Fields when it comes again, the same or changed', async () => {
    const other = '#Fields: cs-bytes sc-bytes date time c-ip cs-uri-scheme cs-host s-action\n';
    const text = `${example}${example.replace(line, line.replace('2181167', '7'))}${other}5 6 2026-03-10 08:15:31 10.0.0.6 http b.example TCP_MISS\n`;
    await withFiles({ 'sg.log': text }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ records: 8, rows: 3, ignored: 5, rejects: 0 });
      expect(await flows(taken)).toEqual([
        upload,
        upload.replace('2181167', '7'),
        '2026-03-10 08:15:31|0|10.0.0.6|null||80|outbound|5|6|unknown|TCP_MISS|',
      ]);
    });
  });

  it.each([
    [
      'a rule of the proxy',
      line.replace('OBSERVED 200 TCP_TUNNELED', 'DENIED 403 TCP_DENIED'),
      'failed|DENIED/TCP_DENIED/403',
    ],
    ['an action alone', line.replace('200 TCP_TUNNELED', '407 TCP_DENIED'), 'failed|TCP_DENIED/407'],
  ])('what %s refused was not sent', async (_, text, expected) => {
    await withFiles({ 'sg.log': `${software}\n${fields}\n${text}\n` }, async (taken) => {
      expect(await flows(taken)).toEqual([
        `2026-03-10 08:15:28.5|1500|10.0.0.5|null|203.0.113.9|443|outbound|null|null|${expected}|alice`,
      ]);
    });
  });

  it('equal lines are as many requests, and a copy of the file none more', async () => {
    const text = `${software}\n${fields}\n${line}\n${line}\n`;
    await withFiles({ 'sg.log': text, 'copy.log': text }, async ({ rows }) => {
      expect(await rows(networkFlows, 'count(*), count(DISTINCT "EventId")')).toEqual(['4|2']);
      const joined = '(SELECT count(*) FROM "NetworkFlows" SEMI JOIN "ObservedNames" USING ("FlowId"))';
      expect(await rows(networkFlows, `DISTINCT ${joined}`)).toEqual(['4']);
    });
  });

  it('an address that is none is unknown, and costs neither bytes nor account', async () => {
    const odd = line
      .replace('10.0.0.5', '172.999.199.93')
      .replace('10.0.0.2', '172.88.888.2')
      .replace('203.0.113.9', '-');
    await withFiles({ 'sg.log': `${software}\n${fields}\n${odd}\n` }, async (taken) => {
      expect(await flows(taken)).toEqual([upload.replace('10.0.0.5', '').replace('203.0.113.9', '')]);
      expect(await names(taken)).toEqual(['proxy||null||8080|files.example.com']);
    });
  });

  it('rejects lines whose columns are shifted, and numbers that are none; the others stand', async () => {
    const type = fields.replace('cs-method', 'rs(Content-Type) cs-method');
    const typed = (value: string): string => line.replace('CONNECT', `${value} CONNECT`);
    const short = typed('text/html charset=UTF-8').split(' ').slice(0, -1).join(' ');
    const text = [
      software,
      type,
      typed('"text/html charset=UTF-8"'),
      typed('text/html charset=UTF-8'),
      short,
      typed('-').replace('900', '9x'),
      typed('-').replace(' 443', ' 70000'),
    ];
    await withFiles({ 'sg.log': text.join('\n') }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 7, rows: 1, rejects: 4 });
      expect(rejects.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
        '4 the columns are shifted: a value with a blank is not in quotes',
        '5 the columns are shifted: a value with a blank is not in quotes',
        '6 a byte counter is not a number from 0',
        '7 a port is not a number from 0 to 65535',
      ]);
    });
  });

  it('tells who was reached by r-ip, or as its main format does', async () => {
    const main = `${software}\n#Fields: date time c-ip cs-host cs-uri-port cs-method s-supplier-ip sc-status s-action cs-bytes sc-bytes\n2026-03-10 08:15:30 10.0.0.5 files.example.com 443 CONNECT 203.0.113.9 200 TCP_TUNNELED 90000 700\n`;
    await withFiles({ 'sg.log': main }, async ({ rows }) => {
      expect(await rows(networkFlows, '"RemoteIP", "BytesSent"')).toEqual(['203.0.113.9|90000']);
    });
  });

  it("Forefront's and Cisco's own fields", async () => {
    const tmg =
      '#Software: Microsoft Forefront TMG\n#Fields: c-ip\tcs-username\tc-agent\tdate\ttime\tr-host\tr-ip\tr-port\ttime-taken\tcs-bytes\tsc-bytes\tcs-protocol\tcs-uri\tsc-status\n' +
      '10.0.0.5\tLARKFIELD\\alice\tMozilla/5.0 (X; Y)\t2026-03-10\t08:15:30\tfiles.example.com\t203.0.113.9\t80\t1500\t90000\t700\thttp\thttp://files.example.com/up\t200\n' +
      '10.0.0.5\tanonymous\tMozilla/5.0 (X; Y)\t2026-03-10\t08:15:30\tfiles.example.com\t-\t80\t1\t90000\t700\thttp\thttp://files.example.com/up\t12202\n';
    const cisco =
      '#Software: AsyncOS for Web 14.5\n#Fields: timestamp x-elapsed-time c-ip x-resultcode-httpstatus sc-bytes cs-bytes cs-method cs-url cs-username x-hierarchy-origin s-ip\n' +
      '1773130530.250 1500 10.0.0.5 TCP_MISS/200 700 90000 POST https://files.example.com:443/up "LARKFIELD\\alice@R" DIRECT/203.0.113.9 203.0.113.9\n';
    await withFiles({ 'tmg.log': tmg, 'wsa.log': cisco }, async (taken) => {
      expect(await flows(taken)).toEqual([
        '2026-03-10 08:15:28.5|1500|10.0.0.5|null|203.0.113.9|80|outbound|90000|700|established|200|LARKFIELD\\alice',
        '2026-03-10 08:15:28.75|1500|10.0.0.5|null|203.0.113.9|443|outbound|90000|700|established|TCP_MISS/200|LARKFIELD\\alice@R',
        '2026-03-10 08:15:29.999|1|10.0.0.5|null||80|outbound|null|null|failed|12202|anonymous',
      ]);
      expect(await names(taken)).toEqual(Array(3).fill('proxy|10.0.0.5|null||null|files.example.com'));
    });
  });
});

describe("a server's log", () => {
  const iis = `#Software: Microsoft Internet Information Services 10.0
#Fields: date time s-ip cs-method cs-uri-stem s-port cs-username c-ip cs(User-Agent) sc-status sc-substatus sc-win32-status sc-bytes cs-bytes time-taken
`;
  const visit =
    '2026-03-10 08:15:30 10.0.0.80 POST /owa/ 443 LARKFIELD\\alice 198.51.100.7 Mozilla/5.0+(X11) 200 0 0 700 90000 500\n';

  it.each([
    ['a visitor from outside: what he sent is received', visit, '10.0.0.80|443|198.51.100.7|null|inbound|700|90000'],
    [
      'a public address of ours',
      visit.replace('10.0.0.80', '2001:DB8::80'),
      '2001:db8::80|443|198.51.100.7|null|inbound|700|90000',
    ],
    ['a visitor of ours', visit.replace('198.51.100.7', '10.0.0.5'), '10.0.0.5|null|10.0.0.80|443|internal|90000|700'],
  ])('%s', async (_, text, expected) => {
    await withFiles({ 'iis.log': iis + text }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ format: 'w3c server', rows: 1 });
      expect(await flows(taken)).toEqual([`2026-03-10 08:15:29.5|500|${expected}|established|200|LARKFIELD\\alice`]);
      expect(await names(taken)).toEqual([]);
    });
  });
});

it.each([
  [
    'of nobody known',
    '#Version: 1.0\n#Fields: date time c-ip cs-bytes sc-bytes\n2026-03-10 08:15:30 10.0.0.5 1 2\n',
    /whether a proxy or a server wrote it/,
  ],
  [
    'of a firewall',
    '#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Fields: date time action protocol src-ip dst-ip size\n2026-03-10 08:15:30 DROP UDP 10.0.0.5 10.0.0.6 1\n',
    /whether a proxy or a server/,
  ],
  ['without a date', `${software}\n${fields.replace('date ', '')}\n`, /without the columns date and time/],
  ['without columns', `${software}\n#Date: 2026-03-10\n${line}\n`, /without its #Fields line/],
  [
    "ProxySG's lines in syslog",
    `<134>Mar 10 08:15:31 sg1 ${line}\n`,
    /ProxySG's log without its #Fields line.*give Weir the log files/,
  ],
  ["ProxySG's lines in rows", JSON.stringify([{ SyslogMessage: line }]), /ProxySG's log without its #Fields line/],
])('a log %s is refused', async (_, text, reason) => {
  await withFiles({ 'a.log': text }, async ({ inputs }) => {
    expect(inputs[0]).toMatchObject({ format: null, rows: 0 });
    expect(inputs[0]?.reason).toMatch(reason);
  });
});

it("Sentinel's columns are as the proxy sees them: it received the upload", async () => {
  const row = {
    ...{
      TimeGenerated: '2026-05-21T01:03:59.07Z',
      EventTime: '2026-05-21T01:03:58Z',
      Computer: 'sg1',
      SyslogMessage: line,
    },
    ...{
      logTime: '2026-03-10T08:15:30Z',
      time_taken: '1500',
      c_ip: '172.999.199.93',
      cs_userdn: 'alice',
      exception_id: '-',
    },
    ...{ sc_filter_result: 'OBSERVED', sc_status: '200', s_action: 'TCP_TUNNELED', cs_uri_scheme: 'tcp' },
    ...{ cs_host: 'xxx-xxxx.ods.example.com', cs_uri_port: '443', s_ip: '10.0.0.2', src_port: '80' },
    ...{ sent_bytes: '3558', received_bytes: '1353167' },
  };
  const shifted = {
    ...row,
    cs_uri_scheme: 'charset=UTF-8',
    cs_host: 'http',
    cs_uri_port: 'a.example',
    sent_bytes: 'null',
    received_bytes: 'null',
  };
  const older = { ...row, logTime: '2026-03-09T22:22:34Z' };
  await withFiles({ 'a.json': JSON.stringify([row, shifted, older]) }, async (taken) => {
    expect(taken.inputs[0]).toMatchObject({ format: 'w3c proxysg-sentinel json', rows: 2, rejects: 1 });
    expect(await flows(taken)).toEqual([
      '2026-03-09 22:22:32.5|1500||null||443|outbound|1353167|3558|established|TCP_TUNNELED/200|alice',
      '2026-03-10 08:15:28.5|1500||null||443|outbound|1353167|3558|established|TCP_TUNNELED/200|alice',
    ]);
    expect((await names(taken))[0]).toBe('proxy||null|10.0.0.2|null|xxx-xxxx.ods.example.com');
    expect(await taken.rows(networkFlows, 'DISTINCT "Sensor", "BytesSource"')).toEqual(['sg1|w3c-http']);
  });
});
