import { describe, expect, it } from 'vitest';
import { dnsEvents, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { sharedPath } from '../shared.ts';
import { proxyExamples } from './examples/proxies.ts';
import { withFiles, withIntake } from './intake.ts';
import { flows, names } from './proxyRows.ts';

const line = (proxyExamples.umbrella ?? '').trim();
const upload =
  '2026-03-10 08:15:30|null|10.0.0.5|null|203.0.113.9|443|outbound|2181167|900|established|ALLOWED/200|alice@larkfield.example';

describe("Umbrella's export, which names no columns", () => {
  it('has the bytes of both ways, the user and the host; times are UTC', async () => {
    await withFiles({ '2026-03-10-08-10-ab12.csv': `${line}\n` }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ format: 'umbrella proxy csv', rows: 1 });
      expect(await flows(taken)).toEqual([upload]);
      expect(await names(taken)).toEqual(['proxy|10.0.0.5|null||null|files.example.com']);
      expect(await taken.rows(networkFlows, '"BytesSource", "AppProtocol"')).toEqual(['umbrella-http|https']);
    });
  });

  it('is of any version: columns are added behind', async () => {
    const oldest = line.split(',').slice(0, 21).join(',').replace('2181167', '1');
    const newest = `${line.replace('2181167', '2')},"","","up","","","","","","","tunnel","SWA"`;
    for (const order of [
      [line, oldest, newest],
      [newest, line, oldest],
      [oldest, newest, line],
    ]) {
      await withFiles({ 'a.csv': `${order.join('\r\n')}\r\n` }, async (taken) => {
        expect(taken.inputs[0]).toMatchObject({ records: 3, rows: 3, rejects: 0 });
        expect((await flows(taken)).map((row) => row.split('|')[7]).sort()).toEqual(['1', '2', '2181167']);
      });
    }
  });

  it.each([
    [
      'blocked: not sent, though it has a size',
      line.replace('ALLOWED', 'BLOCKED'),
      upload.replace('2181167|900|established|ALLOWED', 'null|null|failed|BLOCKED'),
    ],
    ['without sizes', line.replace('"2181167","900"', '"",""'), upload.replace('2181167|900', 'null|null')],
    [
      'a machine, which is no account',
      line.replaceAll('AD Users', 'Roaming Computers'),
      upload.replace('alice@larkfield.example', ''),
    ],
    ['seen from outside alone', line.replace('10.0.0.5', ''), upload.replace('10.0.0.5', '198.51.100.7')],
    ['without a target address', line.replace('203.0.113.9', ''), upload.replace('203.0.113.9', '')],
  ])('%s', async (_, text, expected) => {
    await withFiles({ 'a.csv': `${text}\n` }, async (taken) => expect(await flows(taken)).toEqual([expected]));
  });

  it('rejects records cut short, and other files are not taken for it', async () => {
    await withFiles({ 'a.csv': `${line}\n${line}\n"2026-03-10 08:15:30","x"\n` }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ records: 3, rows: 2, rejects: 1 });
      expect(rejects[0]).toMatchObject({ line: 3, reason: expect.stringMatching(/2 cells/) });
    });
    const other = `"2026-03-10 08:15:30",${Array(25).fill('"ALLOWED"').join(',')}\n`;
    await withFiles({ 'a.csv': other }, async ({ inputs }) => expect(inputs[0]?.format).toBeNull());
  });
});

const row = {
  ...{
    Timestamp: '2026-03-10 08:15:30',
    Identities: 'LAPTOP-1',
    'Internal IP': '10.0.0.5',
    'External IP': '198.51.100.7',
  },
  ...{
    'Destination IP': null,
    'Content Type': null,
    Verdict: 'ALLOWED',
    URL: 'https://files.example.com/up',
    Referer: null,
  },
  ...{ userAgent: 'x', statusCode: '200', requestSize: 2181167, responseSize: 900, responseBodySize: null },
  ...{ Categories: "['Business Services', 'Malware']", EventType: 'proxylogs' },
};

describe("Umbrella's rows in Sentinel", () => {
  const renamed = (rename: (name: string) => string): object =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [rename(name), value]));
  const csv = `${Object.keys(row).join(',')}\n${Object.values(row)
    .map((value) => (value === null ? '' : `"${value}"`))
    .join(',')}\n`;

  it.each([
    ['JSON', JSON.stringify([row])],
    ['with underscores', JSON.stringify([renamed((name) => name.replaceAll(' ', '_'))])],
    ['with types', JSON.stringify([renamed((name) => `${name.replaceAll(' ', '_')}_s`)])],
    ["in the portal's time", JSON.stringify([{ ...row, Timestamp: '3/10/2026, 8:15:30.000 AM' }])],
    ['CSV, with lists in single quotes', csv],
  ])('%s', async (_, text) => {
    await withFiles({ 'a.log': text }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rows: 1, rejects: 0 });
      expect(await flows(taken)).toEqual([
        '2026-03-10 08:15:30|null|10.0.0.5|null||443|outbound|2181167|900|established|ALLOWED/200|',
      ]);
    });
  });

  it('a record that an export has three times over is one event; another in the same second is not', async () => {
    const text = JSON.stringify([row, row, row, { ...row, requestSize: 2181168 }]);
    await withFiles({ 'a.json': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 4, rows: 4 });
      expect(await rows(networkFlows, 'count(DISTINCT "EventId"), count(*)')).toEqual(['2|4']);
    });
  });

  it('a row of another log is ignored', async () => {
    await withFiles({ 'a.json': JSON.stringify([row, row, { ...row, EventType: 'iplogs' }]) }, async ({ inputs }) => {
      expect(inputs[0]?.ignoredWhy).toEqual({ 'Weir does not use Umbrella iplogs here': 1 });
    });
  });
});

it.each([
  [
    'an export',
    '"2026-03-10 08:15:30","alice","alice,LAPTOP-1","10.0.0.5","198.51.100.7","Allowed","28 (AAAA)","NOERROR","Files.Example.com.","Business"\n',
  ],
  [
    'rows',
    JSON.stringify([
      {
        Timestamp: '2026-03-10 08:15:30',
        InternalIp_s: '10.0.0.5',
        ExternalIp_s: '198.51.100.7',
        Action_s: 'Allowed',
        QueryType_s: '28 (AAAA)',
        ResponseCode_s: 'NOERROR',
        Domain_s: 'files.example.com.',
      },
    ]),
  ],
])('DNS questions: %s', async (_, text) => {
  await withFiles({ 'a.log': text }, async ({ inputs, rows }) => {
    expect(inputs[0]).toMatchObject({ rows: 1, rejects: 0 });
    expect(await rows(dnsEvents, '"ClientIP", "QueryName", "QueryType", "ResponseCode", "Answers"')).toEqual([
      '10.0.0.5|files.example.com|AAAA|NOERROR|null',
    ]);
  });
});

const shared = sharedPath('telemetry', 'proxy', 'azs_Cisco_Umbrella_proxy_CL.json');
it.skipIf(shared === undefined)('a real export: all blocked but two, a third of them copies', async () => {
  await withIntake([shared ?? ''], async (taken) => {
    expect(taken.inputs[0]).toMatchObject({ records: 110, rows: 110 });
    const [figures] = await taken.rows(
      networkFlows,
      `count(*), count(DISTINCT "EventId") < 60, count_if("Outcome" = 'failed' AND "BytesSent" IS NULL), sum("BytesSent")`,
    );
    expect(figures).toBe('110|true|108|1688');
  });
});
