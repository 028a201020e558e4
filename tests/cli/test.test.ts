import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallCase, start, weir } from './weir.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const rule = (id: number, query: string, more = '') => `id: 00000000-0000-4000-8000-00000000000${id}
name: Rule ${id}
description: One.
severity: Low
kind: NRT
query: ${query}
${more}`;

const curl = 'DeviceNetworkEvents | where InitiatingProcessFileName == "curl.exe"';

const tests = (expected: string) => `common: { DeviceName: ws-1, RemoteUrl: drop.example }
tests:
  - name: curl is told
    rows:
      - { Timestamp: 2026-03-02T09:00:00Z, InitiatingProcessFileName: curl.exe, BytesSent: 5 }
    expect:
      - ${expected}
  - name: a browser is not
    rows:
      - { Timestamp: 2026-03-02T09:00:00Z, InitiatingProcessFileName: chrome.exe }
    expect: []
`;

describe('weir test', { timeout: 60_000 }, () => {
  it('passes, fails and cannot, each with its exit code', async () => {
    write({
      'a/rule.yaml': rule(1, curl, 'weir: { status: stable }'),
      'a/tests.yaml': tests('{ device: ws-1, bytesSent: 5 }'),
    });
    const good = await weir(['test', folder]);
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('1 rule: 2 passed') });

    write({ 'a/tests.yaml': tests('{ device: ws-1, bytesSent: 6.. }') });
    const bad = await weir(['test', folder]);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain('✗ curl is told');
    expect(bad.stdout).toContain('- expected at least 6');
    expect(bad.stdout).toContain('+ found    5');

    write({ 'a/tests.yaml': tests('{ device: ws-1, byteSent: 6.. }'), 'b.kql': `${curl}`, 'c.yaml': 'list: []' });
    const broken = await weir(['test', folder]);
    expect(broken.code).toBe(2);
    expect(broken.stdout).toContain(
      `${join(folder, 'a/tests.yaml')}:7:25: tests.0.expect.0.byteSent: unknown key; did you mean bytesSent?`,
    );
    expect(broken.stdout).toContain('? b  no tests');
    expect(broken.stdout).toContain('1 could not be run, 1 rule without tests');
    expect(broken.stderr).toContain('1 YAML file without a query');
  });

  it('says how to have ClickHouse where it is not installed, before anything runs', async () => {
    write({ 'rule.yaml': rule(1, curl), 'tests.yaml': tests('{ device: ws-1 }') });
    const { code, stdout, stderr } = await weir(['test', folder, '--engine', 'clickhouse']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--engine clickhouse: ClickHouse as a Node module (chdb) is not installed');
    expect(stderr).toContain('`npm install chdb`');
  });

  it('holds a stable rule to both kinds of test, at its line', async () => {
    write({ 'rule.yaml': rule(1, curl, 'weir:\n  status: stable\n') });
    const { code, stdout } = await weir(['test', folder, '--format', 'github']);
    expect(code).toBe(1);
    const at = `file=${join(folder, 'rule.yaml')},line=8,col=3`;
    expect(stdout).toContain(`::error ${at},title=Rule 1::the rule is stable, and no test of it expects a finding`);
    expect(stdout).toContain(
      `::error ${at},title=Rule 1::the rule is stable, and no test of it expects that it stays quiet`,
    );
  });

  it('tells once what does not compile, and goes on with the others', async () => {
    write({
      'bad.yaml': rule(1, 'DeviceNetworkEvents | where Nothing == 1'),
      'bad.tests.yaml': tests('{}'),
      'good.kql': curl,
      'good.tests.yaml': tests('{}'),
      'lost.tests.yaml': tests('{}'),
    });
    const { code, stdout } = await weir(['test', folder, '--format', 'json']);
    expect(code).toBe(2);
    const { totals, rules } = JSON.parse(stdout);
    expect(totals).toEqual({ rules: 3, passed: 2, failed: 0, errors: 2, untested: 0, notOnClickHouse: 0 });
    expect(rules.map(({ error }: { error: unknown }) => error)).toMatchObject([
      { code: 'RULE_QUERY', at: { path: join(folder, 'bad.yaml'), line: 6, column: 36 } },
      null,
      { message: 'these tests belong to no rule' },
    ]);
  });

  it('reads logs through the whole path, and takes no test over half of them for a proof', async () => {
    const { folder: logs, log } = smallCase();
    try {
      const text = (file: string) => `tests:
  - name: three flows to one address
    file: ${file}
    expect:
      - { destination: 203.0.113.7, connections: 3, bytesSent: 6000, evidence: 3 }
  - name: one of them by then
    file: ${file}
    asOf: 2026-03-12T10:00:00.5Z
    expect:
      - { connections: 1.. }
`;
      write({ 'flows.kql': 'DeviceNetworkEvents | where RemotePort == 443', 'flows.tests.yaml': text(log) });
      expect(await weir(['test', join(folder, 'flows.tests.yaml')])).toMatchObject({ code: 0 });
      write({ 'other.log': 'this is no log that anybody knows\n', 'flows.tests.yaml': text('other.log') });
      const { code, stdout } = await weir(['test', join(folder, 'flows.kql')]);
      expect(code).toBe(2);
      expect(stdout).toContain('other.log');
    } finally {
      rmSync(logs, { recursive: true, force: true });
    }
  });

  it('leaves out what exceptions hide, and refuses one that is wrong at its line', async () => {
    const excepted = (name: string) => `exceptions:
  - id: E1
    name: curl on ws-1
    rule: a
    when: ${name} == "ws-1"
    owner: soc
    reason: known
    created: 2026-01-01
    expires: 2027-01-01
`;
    write({
      'a.kql': 'DeviceNetworkEvents',
      'a.tests.yaml': `tests:
  - name: ws-1 is excepted and ws-2 is not
    exceptions: ours/exceptions.yaml
    rows:
      - { Timestamp: 2026-03-02T09:00:00Z, DeviceName: ws-1 }
      - { Timestamp: 2026-03-02T09:00:00Z, DeviceName: ws-2 }
    expect:
      - { device: ws-2 }
`,
      'ours/exceptions.yaml': excepted('DeviceName'),
    });
    expect(await weir(['test', join(folder, 'a.kql')])).toMatchObject({ code: 0 });
    write({ 'ours/exceptions.yaml': excepted('DeviceNam') });
    const { code, stdout } = await weir(['test', join(folder, 'a.kql')]);
    expect(code).toBe(2);
    expect(stdout).toContain(`${join(folder, 'ours/exceptions.yaml')}:5:`);
  });

  it('runs what the filter names', async () => {
    write({ 'a.kql': curl, 'a.tests.yaml': tests('{}'), 'b.kql': curl, 'b.tests.yaml': tests('{}') });
    const one = await weir(['test', folder, '--filter', 'BROWSER']);
    expect(one.stdout).toContain('2 rules: 2 passed');
    const none = await weir(['test', folder, '--filter', 'nowhere']);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('has "nowhere" in its name') });
  });

  it('watches: what changes is run again, and Ctrl-C leaves nothing behind', async () => {
    write({ 'rules/a.kql': curl, 'rules/a.tests.yaml': tests('{ bytesSent: 6 }') });
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    const child = start(['test', join(folder, 'rules'), '--watch'], { TMPDIR: temporary });
    let [told, waits] = ['', 0];
    child.stdout?.on('data', (chunk) => {
      told += chunk;
    });
    const waiting = (times: number) =>
      new Promise<void>((resolve) => {
        const look = () => (waits >= times ? resolve() : undefined);
        child.stderr?.on('data', look);
        look();
      });
    child.stderr?.on('data', (chunk) => {
      waits += String(chunk).split('waiting for changes').length - 1;
    });
    const code = new Promise((resolve) => child.once('exit', resolve));
    await waiting(1);
    expect(told).toContain('1 rule: 1 passed, 1 failed');
    write({ 'rules/a.tests.yaml': tests('{ bytesSent: 5 }') });
    await waiting(2);
    expect(told).toContain('1 rule: 2 passed');
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });
});
