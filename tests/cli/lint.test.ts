import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ended, start, weir } from './weir.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const clean = `DeviceProcessEvents
| where Timestamp > ago(1h)
| where SHA256 == "0000000000000000000000000000000000000000000000000000000000000000"
`;
const bad = `DeviceNetworkEvents
| where Timestamp > ago(1h)
| where RemotPort == 9001
`;
const rule = `id: 00000000-0000-4000-8000-000000000001
name: Odd port
description: A connection to an odd port.
severity: Low
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: |
  DeviceNetworkEvents
  | where TimeGenerated > ago(1h)
  | where RemotePort == 9001
  | project TimeGenerated, DeviceName, RemotePrt
entityMappings:
  - entityType: Host
    fieldMappings:
      - identifier: HostName
        columnName: Device
`;

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

interface Json {
  readonly files: {
    readonly path: string;
    readonly schema: string;
    readonly diagnostics: {
      code: string;
      severity: string;
      line: number;
      column: number;
      message: string;
      fix: string;
    }[];
  }[];
}

describe('weir lint', { timeout: 120_000 }, () => {
  it('has nothing to say of a good query, and exits 0', async () => {
    const { code, stdout, stderr } = await weir(['lint', file('clean.kql', clean), '--schema', 'defender']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '1 file: nothing to mend\n', stderr: '' });
  });

  it('shows place, line, caret and fix, counts, and exits 1', async () => {
    const path = file('bad.kql', bad);
    const { code, stdout } = await weir(['lint', path, '--schema', 'defender']);
    expect(stdout).toContain(`${path}:3:9: error WL101: there is no column \`RemotPort\` here`);
    expect(stdout).toContain('3 | | where RemotPort == 9001\n  |         ^^^^^^^^^\n  = Write `RemotePort`.');
    expect(stdout).toMatch(/\n1 file: 1 error.*\n$/);
    expect(code).toBe(1);
  });

  it('tells of a rule file at the lines of the file, its mappings too', async () => {
    const path = file('rules/odd.yaml', rule);
    const { code, stdout } = await weir(['lint', join(folder, 'rules'), '--format', 'json']);
    const { files } = JSON.parse(stdout) as Json;
    expect(files.map((item) => item.path)).toEqual([path]);
    const at = files[0]?.diagnostics.map((item) => [item.code, item.line, item.column]);
    expect(at).toEqual(
      expect.arrayContaining([
        ['WL101', 14, 40],
        ['WL105', 19, 9],
      ]),
    );
    expect(code).toBe(1);
  });

  it('reads standard input and several files; what is no KQL or no YAML costs the others nothing', async () => {
    const child = start([
      'lint',
      '-',
      file('broken.yaml', 'query: [\n'),
      file('clean2.kql', clean),
      '--format',
      'json',
    ]);
    child.stdin?.end('DeviceNetworkEvents | where where\n');
    const { code, stdout } = await ended(child);
    const { files } = JSON.parse(stdout) as Json;
    expect(files.map((item) => item.diagnostics.map((found) => found.code.slice(0, 2)))).toEqual([
      ['KS'],
      ['YA'],
      expect.any(Array),
    ]);
    expect(code).toBe(1);
  });

  it('reads a rule from standard input as well', async () => {
    const child = start(['lint', '-', '--format', 'json']);
    child.stdin?.end(rule);
    const { stdout } = await ended(child);
    const [found] = (JSON.parse(stdout) as Json).files;
    expect(found?.diagnostics.map((item) => [item.code, item.line])).toContainEqual(['WL101', 14]);
  });

  it('says of a binary file that it is none of text, in few characters', async () => {
    const { code, stdout } = await weir(['lint', file('binary.kql', `${'\u0001\u0000é'.repeat(3000)}`)]);
    expect(stdout).toContain('binary.kql:1:1: error RULE_INVALID: the file is no text');
    expect({ code, few: stdout.length < 3000 }).toEqual({ code: 1, few: true });
  });

  it('says which YAML of a folder is no rule, and goes on', async () => {
    const list = file('mixed/list.yaml', 'services: []\n');
    file('mixed/clean.kql', clean);
    const { code, stdout, stderr } = await weir(['lint', join(folder, 'mixed'), '--schema', 'defender']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 file: nothing to mend\n' });
    expect(stderr).toBe(`1 YAML file without a query: ${list}\n`);
  });

  it('tells of a rule for Weir what Weir itself would refuse', async () => {
    const text = rule
      .replace('severity: Low', 'severity: Lowish')
      .replace('TimeGenerated > ago(1h)', 'EvidenceTime > ago(1h)');
    const { stdout, stderr } = await weir(['lint', file('forWeir/rule.yaml', text), '--format', 'json']);
    const [found] = (JSON.parse(stdout) as Json).files;
    expect(found?.schema).toBe('weir');
    expect(stderr).toContain('checked 1 file for Weir, by what they name; --schema says where');
    expect(found?.diagnostics.map((item) => [item.code, item.line])).toContainEqual(['RULE_INVALID', 4]);
  });

  it('says what cannot be read, with exit 2', async () => {
    const { code, stdout, stderr } = await weir(['lint', join(folder, 'absent.kql')]);
    expect(stderr).toMatch(/absent\.kql: cannot be read[\s\S]*RULE_UNREADABLE/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('lets no escape sequence of a file reach the terminal', async () => {
    const { stdout } = await weir([
      'lint',
      file('escape.kql', 'DeviceNetworkEvents | where Nope\u001b == "\u001b[31m"\n'),
    ]);
    expect(stdout).not.toContain('\u001b');
  });
});
