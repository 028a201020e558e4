import { describe, expect, it } from 'vitest';
import { sharedPath } from '../shared.ts';
import { proxyExamples } from './examples/proxies.ts';
import { withFiles, withIntake } from './intake.ts';
import { flows } from './proxyRows.ts';

const line = (proxyExamples.wsa ?? '').trim();
const tunnel =
  '2026-03-10 08:15:28.75|1500|10.0.0.5|null|203.0.113.9|443|outbound|null|900|established|TCP_MISS/200|LARKFIELD\\alice@Realm';
const acl = 'DEFAULT_CASE_11-Group-Id-NONE-NONE-NONE-NONE <IW_busi,0.0,"0","-",-> -';

describe("a Cisco appliance's access log", () => {
  it('lines of every kind', async () => {
    const variants: readonly [what: string, line: string, row: string][] = [
      ['tunnel://host:port/', line, tunnel],
      ['in its own syslog', `<38>Mar 10 08:15:31 accesslogs: Info: ${line}`, tunnel],
      ['with a typographic quote inside', line.replace('-> -', '-,"fd5e”> -'), tunnel],
      ['with words between the scanners’ verdicts', line.replace('9.0', '"Computers and Internet"'), tunnel],
      [
        'host:port',
        line.replace('tunnel://files.example.com:443/', '10.10.10.1:443'),
        tunnel.replace('203.0.113.9', '10.10.10.1').replace('outbound', 'internal'),
      ],
      [
        'a URL, without a user, to a name',
        `1773130530.250 77 10.0.0.5 TCP_MISS/200 71217 GET http://my.example/ - DIRECT/my.example text/plain ${acl}`,
        '2026-03-10 08:15:30.173|77|10.0.0.5|null||80|outbound|null|71217|established|TCP_MISS/200|',
      ],
      [
        'through a parent',
        `1773130530.250 77 10.0.0.5 TCP_MISS_SSL/304 227 GET https://my.example:4043/a.gif - DEFAULT_PARENT/192.0.2.7 - ${acl}`,
        '2026-03-10 08:15:30.173|77|10.0.0.5|null||4043|outbound|null|227|established|TCP_MISS_SSL/304|',
      ],
      [
        'denied',
        line.replace('TCP_MISS/200 900', 'TCP_DENIED/403 1578').replace('PASSTHRU_WBRS_7', 'DROP_WBRS'),
        tunnel.replace('900|established|TCP_MISS/200', 'null|failed|TCP_DENIED/403'),
      ],
      [
        'blocked by a policy',
        line.replace('TCP_MISS/200', 'TCP_MISS/403').replace('PASSTHRU_WBRS_7', 'BLOCK_WEBCAT_12'),
        tunnel.replace('900|established|TCP_MISS/200', 'null|failed|TCP_MISS/403'),
      ],
      [
        'blocked when the answer came: the request had gone out',
        line.replace('TCP_MISS/200', 'TCP_DENIED/403').replace('PASSTHRU_WBRS_7', 'BLOCK_AMW_RESP_11'),
        tunnel.replace('900|established|TCP_MISS/200', '900|unknown|TCP_DENIED/403'),
      ],
    ];
    const file = variants.map(([, line]) => `${line}\n`).join('');
    await withFiles({ 'access.log': file }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rows: variants.length, rejects: 0, ignored: 0 });
      expect(await flows(taken)).toEqual(variants.map(([, , row]) => row).sort());
    });
  });

  it('ignores test messages, and rejects lines of a W3C log, whose columns nobody names', async () => {
    const rows = [
      line,
      line.replace('alice', 'bob'),
      line.replace('alice', 'carol'),
      '2026-03-10 - This is CiscoWSA test message',
      '2026-03-10 08:15:30 1773130530.250 178 referer 10.0.0.5 200 18454 43125 POST https://a.example:443/x cs-username "text/html"',
    ];
    const text = JSON.stringify(rows.map((SyslogMessage) => ({ Computer: 'wsa1', Facility: 'local4', SyslogMessage })));
    await withFiles({ 'a.json': text }, async ({ inputs, rejects }) => {
      expect(inputs[0]).toMatchObject({ format: 'wsa accesslog json', records: 5, rows: 3, rejects: 1 });
      expect(inputs[0]?.ignoredWhy).toEqual({ 'test messages of the appliance': 1 });
      expect(rejects[0]?.reason).toMatch(/a line of a W3C log, whose columns only a file with its #Fields line tells/);
    });
  });
});

const shared = sharedPath('telemetry', 'proxy', 'azs_CiscoWSA.json');
it.skipIf(shared === undefined)('a real export', async () => {
  await withIntake([shared ?? ''], async (taken) => {
    expect(taken.inputs[0]).toMatchObject({ records: 36, rows: 28, ignored: 6, rejects: 2 });
    const found = await flows(taken);
    expect(found.filter((row) => row.includes('|failed|TCP_DENIED/403|'))).toHaveLength(2);
    expect(found).toContain(
      '2020-03-31 07:15:03.073|77|172.18.32.70|null||80|outbound|null|71217|established|TCP_MISS/200|',
    );
  });
});
