import { describe, expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { flowRecord, ndjson, tlsRecord } from './eveRecords.ts';
import { fortigate } from './examples/normal.ts';
import { type Files, withFiles } from './intake.ts';

const reasons = (files: Files): Promise<string[]> =>
  withFiles(files, async ({ rejects }) => rejects.map(({ line, reason }) => `${line} ${reason}`));
const noAddress = 'an end of the connection is no address';

describe('what stands where an address should', () => {
  it('is a reason to reject a record of Zeek', async () => {
    const head = '#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n';
    const line = (remote: string): string => `1773130530.250000\tC1\t10.0.0.5\t50001\t${remote}\t443\ttcp\n`;
    const text = head + ['203.0.113.9', 'printer', '00:1b:44:11:3a:b7', '2001:db8::7'].map(line).join('');
    expect(await reasons({ 'conn.log': text })).toEqual([`5 ${noAddress}`, `6 ${noAddress}`]);
  });

  it('is one to reject a record of Suricata', async () => {
    const records = [flowRecord(), flowRecord({ dest_ip: 'printer' }), { ...tlsRecord(), src_ip: '00:1b:44:11:3a:b7' }];
    expect(await reasons({ 'eve.json': ndjson(records) })).toEqual([`2 ${noAddress}`, `3 ${noAddress}`]);
  });

  it('is left out where it is the address of a network card', async () => {
    await withFiles({ 'a.log': fortigate({ dstip: '00:1b:44:11:3a:b7' }) }, async ({ rows }) => {
      expect(await rows(networkFlows, '"LocalIP", "RemoteIP"')).toEqual(['10.4.8.15|']);
    });
  });
});
