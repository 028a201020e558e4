import { describe, expect, it } from 'vitest';
import { sharedPath } from '../shared.ts';
import { withIntake } from './intake.ts';

const telemetry = sharedPath('telemetry');

/** What real logs of many products are read as. Of the rest it is said what they are. */
const expected: Readonly<Record<string, RegExp>> = {
  'SOURCES.tsv': /^of no format/,
  'azure_flow/': /^azure-flow vnet json$/,
  'firewall/': /^commonsecuritylog json$/,
  'mde/': /^defender csv$/,
  'misc/azs_BetterMTDNetflowLog_CL': /^mobile-threat-defence json$/,
  'misc/vminsights': /^vmconnection json$/,
  'netflow/apt': /^nfdump (csv|text)$/,
  'netflow/logstash_codec/': /^netflow (v5|v9|ipfix)$/,
  'proxy/azs_CiscoWSA': /^wsa accesslog json$/,
  'proxy/azs_Cisco_Umbrella': /^umbrella proxy json$/,
  'proxy/azs_Squid': /^squid sentinel json$/,
  'suricata/': /^suricata json$/,
  'sysmon/otrf/cmd': /^sysmon json$/,
  'sysmon/otrf/psh': /^sysmon json$/,
  'sysmon/otrf/syslog': /^sysmon-xml syslog json$/,
  'zeek/': /^zeek-(tsv|json) [a-z0-9_]+$/,
  'zeek_corelight/': /^zeek-json mixed$/,
};

/** Every record of it is a row, a reject or ignored (`withIntake` checks the sums), and nothing is taken for what it is
 *  not. */
describe.skipIf(telemetry === undefined)('the shared telemetry', () => {
  it('is read, each log for what it is, and what is rejected has its reason', { timeout: 180_000 }, async () => {
    await withIntake([telemetry ?? ''], async ({ inputs, rejects }) => {
      expect(inputs.length).toBeGreaterThan(140);
      for (const { path, format, reason } of inputs) {
        const below = path.slice(path.indexOf('/telemetry/') + '/telemetry/'.length);
        const [, told] = Object.entries(expected).find(([under]) => below.startsWith(under)) ?? [];
        expect(`${below}: ${format ?? reason}`).toMatch(new RegExp(`: ${told?.source.replace('^', '')}`));
      }
      const why = [...new Set(rejects.map(({ reason }) => reason.replace(/\b\d+\b/g, 'N')))];
      expect(why.sort()).toEqual([
        'a NetFlow N header that claims N records, where N to N can be: all from here',
        'a data set whose template N of source N is in none of the inputs',
        'a data set whose template N of source N is in other inputs, which differ: give Weir the files of one exporter',
        'a line of a W3C log, whose columns only a file with its #Fields line tells; give Weir such a file',
        'bytes at the end of a set that are too few for a record',
        'neither end of the connection has an address that can be read (masked, or no address)',
        'not JSON: the times are masked with X',
        'the event is cut short',
        'the time (ts) is masked with X',
      ]);
    });
  });

  it('keeps the figures of the captures', async () => {
    const conn = sharedPath('telemetry', 'zeek', 'apt29_day1', 'SCRANTON_conn.log') ?? '';
    await withIntake([conn], async ({ inputs, lake }) => {
      expect(inputs[0]).toMatchObject({ format: 'zeek-json conn', records: 134, rows: 134 });
      const [upload] = await lake.engine.rows(
        `SELECT "BytesSent", "IpBytesSent", "MissedBytes" FROM "NetworkFlows" WHERE "FlowId" = 'CPKuRr3fL4F8tgqXQ1'`,
      );
      expect(upload).toEqual({ BytesSent: 2181167n, IpBytesSent: 22269n, MissedBytes: 0n });
    });
  });
});
