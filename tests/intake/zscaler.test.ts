import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { proxyExamples } from './examples/proxies.ts';
import { withFiles } from './intake.ts';
import { flows, names } from './proxyRows.ts';

const text = proxyExamples.zscaler ?? '';
const { event }: { event: Record<string, string> } = JSON.parse(text);
const upload =
  '2026-03-10 08:15:30|null|10.0.0.5|null|203.0.113.9|443|outbound|2181167|900|established|Allowed/200|alice@larkfield.example';
const json = (changes: object): string =>
  JSON.stringify({ sourcetype: 'zscalernss-web', event: { ...event, ...changes } });

const keyed = [
  '"2026-03-10 08:15:30"\treason=Allowed\tevent_id=7\tprotocol=HTTPS\taction=Allowed\ttransactionsize=2182067\tresponsesize=900',
  'requestsize=2181167\turlcategory=File Share\tserverip=203.0.113.9\tclienttranstime=1500\trequestmethod=POST',
  'refererURL="None"\tuseragent="curl"\tproduct=NSS\tClientIP=10.0.0.5\tstatus=200\tuser=alice@larkfield.example',
  'url="files.example.com/up?action=x"\tvendor=Zscaler\thostname=files.example.com\tclientpublicIP=198.51.100.7',
].join('\t');
const leef = [
  'Mar 10 08:15:31 zscaler-nss: LEEF:1.0|Zscaler|NSS|4.1|Allowed|cat=Allowed\tdevTime=Mar 10 2026 08:15:30 GMT',
  'src=10.0.0.5\tdst=203.0.113.9\tsrcPostNAT=198.51.100.7\trealm=HQ\tusrName=alice@larkfield.example\tsrcBytes=2181167',
  'dstBytes=900\trole=Sales\turl=files.example.com/up\trecordid=7\thostname=files.example.com\tappproto=HTTPS',
].join('\t');
const csv = [
  ...[
    'Tue Mar 10 08:15:30 2026',
    'alice@larkfield.example',
    'HTTPS',
    'files.example.com/up',
    'Allowed',
    'Drive',
    'File Share',
  ],
  ...['2181167', '900', '10', '1500', 'Business Use', 'x', 'y', 'None', 'None', '0', 'None', 'None', 'HQ', 'Sales'],
  ...['10.0.0.5', '203.0.113.9', 'POST', '200', 'curl', 'None', 'None', 'None', 'Other', 'None', 'NA', 'NA', 'N/A'],
]
  .map((cell) => `"${cell}"`)
  .join(',');

describe("Zscaler's web feeds", () => {
  it.each([
    ['JSON', 'zscaler json', text],
    ['JSON without a wrapper', 'zscaler json', JSON.stringify(event)],
    [
      "JSON of another collector's names",
      'zscaler json',
      JSON.stringify({
        epochtime: 1773130530,
        login: event.login,
        proto: 'HTTPS',
        eurl: event.eurl,
        action: 'Allowed',
        reqsize: 2181167,
        respsize: 900,
        cltip: '10.0.0.5',
        serverip: '203.0.113.9',
        respcode: '200',
      }),
    ],
    ['CSV with names', 'zscaler csv', `${Object.keys(event).join(',')}\n${Object.values(event).join(',')}\n`],
    ['CSV as it is by default', 'zscaler csv', `${csv}\n`],
    ['key=value between tabs', 'zscaler keyed', `${keyed}\n`],
    [
      'key=value with datetime',
      'zscaler keyed',
      `datetime=Tue Mar 10 08:15:30 2026\t${keyed.split('\t').slice(1).join('\t')}\n`,
    ],
    ['LEEF in syslog', 'zscaler keyed', `${leef}\n`],
  ])('%s: reqsize is the upload', async (shape, format, file) => {
    await withFiles({ 'a.log': file }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ format, rows: 1, rejects: 0 });
      // LEEF has no status.
      expect(await flows(taken)).toEqual([
        shape.startsWith('LEEF') ? upload.replace('established|Allowed/200', 'unknown|Allowed') : upload,
      ]);
      expect(await names(taken)).toEqual(['proxy|10.0.0.5|null||null|files.example.com']);
    });
  });

  it('values as feeds have them', async () => {
    const variants: readonly [what: string, changes: object, row: string][] = [
      [
        'blocked',
        { action: 'Blocked', respcode: '403' },
        upload.replace('2181167|900|established|Allowed/200', 'null|null|failed|Blocked/403'),
      ],
      [
        'a tunnel',
        { proto: 'HTTP_PROXY', eurl: 'files.example.com:8443', reqmethod: 'CONNECT' },
        upload.replace('|443|', '|8443|'),
      ],
      ['a URL within the URL', { eurl: 'files.example.com/x?u=http://b.example/' }, upload],
      ['a user nobody knows', { login: 'None' }, upload.replace('alice@larkfield.example', '')],
      [
        'an address that is not visible',
        { cip: 'NA', cintip: '198.51.100.7' },
        upload.replace('10.0.0.5', '198.51.100.7'),
      ],
      ["a client's port", { clt_sport: '50001' }, upload.replace('10.0.0.5|null', '10.0.0.5|50001')],
      ['a day with a blank before it', { time: 'Mon Mar  9 08:15:30 2026' }, upload.replace('03-10', '03-09')],
      [
        "a client's address under the name of the newer feeds",
        { cip: undefined, ClientIP: '10.0.0.7' },
        upload.replace('10.0.0.5', '10.0.0.7'),
      ],
      ['a zone that is UTC', { tz: 'GMT' }, upload],
      [
        'another zone, with the seconds since 1970',
        { tz: 'CET', epochtime: '1773130530', time: 'Tue Mar 10 09:15:30 2026' },
        upload,
      ],
    ];
    const file = variants.map(([, changes], at) => json({ ...changes, dept: String(at) })).join('\n');
    await withFiles({ 'a.json': `${file}\n` }, async (taken) => {
      expect((await flows(taken)).sort()).toEqual(variants.map(([, , row]) => row).sort());
    });
  });

  it('a time in a zone of its own is rejected, with the setting that helps', async () => {
    await withFiles({ 'a.json': `${json({})}\n${json({ tz: 'America/New_York' })}\n` }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ rows: 1, rejects: 1 });
      expect(rejects[0]?.reason).toBe(
        'the time is in the zone America/New_York; set the NSS feed to GMT, or add epochtime to it',
      );
    });
  });

  it('the same record in two files is one event; its id tells two of one second apart', async () => {
    await withFiles({ 'a.json': text, 'b.json': `${json({ ctime: '1501' })}\n${text}` }, async ({ rows }) => {
      expect(await rows(networkFlows, 'count(DISTINCT "EventId"), count(*)')).toEqual(['2|3']);
    });
  });

  it("a web server's JSON with sizes is not taken for it", async () => {
    const nginx =
      '{"time":"2026-03-10T08:15:30Z","host":"10.0.0.5","action":"x","reqsize":"603","respsize":"3086","url":"/x"}\n';
    await withFiles({ 'a.json': nginx }, async ({ inputs }) => expect(inputs[0]?.format).toBeNull());
  });
});
