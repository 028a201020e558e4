import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { smallCase, weir } from './weir.ts';

const own = fileURLToPath(new URL('../../content/rules', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'weir-export-'));
const rule = join(folder, 'rule.yaml');
writeFileSync(
  rule,
  `id: 0a1b2c3d-0000-4000-8000-00000000aaaa
name: Uploads by curl
description: curl talks to somebody.
severity: Medium
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
query: |
  DeviceNetworkEvents
  | where InitiatingProcessFileName == "curl.exe" and AccountName != ""
  | project Timestamp, DeviceId, DeviceName, ReportId, Service
entityMappings:
  - entityType: Host
    fieldMappings: [{ identifier: HostName, columnName: DeviceName }]
kind: Scheduled
`,
);

describe('weir export', () => {
  test('prints the rule, and says on stderr what is left out', async () => {
    const { code, stdout, stderr } = await weir(['export', rule, '--to', 'defender']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).queryCondition.queryText).toContain('InitiatingProcessAccountName');
    expect(stderr).toMatch(/^Uploads by curl: Defender does not know Service: empty there\./);
  });

  test('prints nothing where it refuses, and says why at each place', async () => {
    const { code, stdout, stderr } = await weir(['export', join(own, 'bulk-upload/rule.yaml'), '--to', 'sentinel']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /bulk-upload\/rule\.yaml:\d+:\d+: what is found depends on BytesSent.*\n {2}.*\(EXPORT_REFUSED\)/,
    );
  });

  test('a folder of rules is one layer; without a product it is told which there are', async () => {
    const { code, stdout } = await weir(['export', own, '--to', 'navigator']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).techniques.length).toBeGreaterThan(3);
    const bare = await weir(['export', rule]);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toMatch(/--to/);
  });
});

describe('weir scan with a file that is no rule', () => {
  const { log, rule: good } = smallCase();
  const bad = join(folder, 'bad.yaml');
  writeFileSync(bad, 'id: [1\nname: x\n');

  test('goes on with the others, and is not complete', async () => {
    const { code, stdout } = await weir(['scan', log, '--rule', bad, '--rule', good, '--format', 'json']);
    const { complete, runs, findings } = JSON.parse(stdout);
    expect([code, complete, findings.length]).toEqual([0, false, 1]);
    expect(runs.map((run: { error?: string }) => run.error)).toEqual([
      undefined,
      expect.stringMatching(/^Flow sequence/),
    ]);
    expect(runs[1]).toMatchObject({ rule: `${bad}:2:1`, name: `${bad}:2:1` });
  });

  test('and none that is one is bad usage, before a log is read', async () => {
    const { code, stdout, stderr } = await weir(['scan', log, '--rule', bad]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/bad\.yaml:2:1: .*\n.*\(YAML_INVALID\)/);
  });
});
