import { describe, expect, it } from 'vitest';
import { sharedPath } from '../shared.ts';
import { withIntake } from './intake.ts';

const telemetry = sharedPath('telemetry');

/** Real logs of many products: what Weir reads balances (`withIntake` checks that), and of everything else it says what
 *  it is, or that it does not know it. Nothing is taken for what it is not. */
describe.skipIf(telemetry === undefined)('the shared telemetry', () => {
  it('is read where Weir knows the format, and listed with a reason where it does not', async () => {
    await withIntake([telemetry ?? ''], async ({ inputs, rejects }) => {
      const told = (under: string) =>
        inputs.filter(({ path }) => path.includes(`/telemetry/${under}`)).map(({ format, reason }) => format ?? reason);
      expect(inputs.length).toBeGreaterThan(100);
      for (const { format, reason } of inputs) if (format === null) expect(reason).toMatch(/\w{4}/);
      for (const told_ of told('zeek/')) expect(told_).toMatch(/^zeek-(tsv|json) [a-z0-9_]+$/);
      expect(told('mde/')).toEqual(['defender csv']);
      for (const told_ of told('suricata/')) expect(told_).toBe('suricata json');
      for (const told_ of told('sysmon/')) expect(told_).toMatch(/^looks like .*Sysmon/);
      for (const told_ of told('netflow/logstash')) expect(told_).toMatch(/^netflow (v5|v9|ipfix)$/);
      for (const told_ of told('netflow/apt')) expect(told_).toMatch(/^nfdump (csv|text)$/);
      expect(told('azure_flow/')).toEqual(['azure-flow vnet json']);
      for (const told_ of told('zeek_corelight/')) expect(told_).toBe('zeek-json mixed');
      for (const told_ of [...told('proxy/'), ...told('firewall/'), ...told('misc/')]) {
        expect(told_).toMatch(/^looks like /);
      }
      const others = rejects.filter(({ path }) => !path.includes('/logstash_codec/'));
      const why = new Set(others.map(({ reason }) => reason));
      expect([...why].sort()).toEqual(['not JSON: the times are masked with X', 'the time (ts) is masked with X']);
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
