import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, ended, smallCase, start, weir } from './weir.ts';

const { folder, log, rule } = smallCase();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noControlCharactersInRegex: the start of every terminal escape
const terminalEscape = /\u001b/;

describe('scan', { timeout: 120_000 }, () => {
  it('prints findings and nothing else on stdout, and fails where it was asked to', async () => {
    const report = join(folder, 'report.html');
    const args = ['scan', log, '--rule', rule, '--format', 'json', '--report', report, '--fail-on', 'low'];
    const { code, stdout, stderr } = await weir(args);
    const result = JSON.parse(stdout);
    expect(Object.keys(result).slice(0, 5)).toEqual(['complete', 'findings', 'runs', 'inputs', 'fusion']);
    expect(result).toMatchObject({
      complete: true,
      findings: [{ bytesSent: 6000, bytesSources: ['zeek-payload'], connections: 3 }],
    });
    expect(stderr).toMatch(/^Read {6}1 input[\s\S]*report: /);
    expect(stderr).not.toMatch(terminalEscape);
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(code).toBe(1);
  });

  it('is as wide as COLUMNS says, without colour in a pipe', async () => {
    const { code, stdout, stderr } = await weir(['scan', log, '--rule', rule, '--fail-on', 'high'], { COLUMNS: '80' });
    expect(stdout).toContain('5.9 KiB');
    expect(stdout).not.toMatch(terminalEscape);
    // A command to paste stays whole.
    const lines = stdout.split('\n').filter((line) => !line.startsWith('Next'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('says where it was blind when it found nothing', async () => {
    const { stdout } = await weir(['scan', log]);
    expect(stdout).toMatch(
      /no findings[\s\S]*Quiet is not the same as clean[\s\S]*3 connections of 3 without a process/,
    );
    const told = stdout.replace(/\s+/g, ' ');
    expect(told).toMatch(
      /blind Bulk upload [^:]+: no process for any of 3 connections that left \(told by network logs alone\)/,
    );
    expect(told).toMatch(
      /blind Connection to a service [^:]+: no name for any of 3 connections that left, without which/,
    );
  });

  it('scans the rest where a path is missing, and says so', async () => {
    const args = ['scan', log, join(folder, 'gone.log'), '--rule', rule, '--format', 'json'];
    const { code, stdout, stderr } = await weir(args);
    const result = JSON.parse(stdout);
    expect(result.complete).toBe(false);
    expect(result.findings).toHaveLength(1);
    expect(stderr).toMatch(/Not complete[\s\S]*gone\.log/);
    expect(code).toBe(0);
  });

  it('ends with 2 where nothing could be read', async () => {
    const { code, stdout } = await weir(['scan', join(folder, 'gone.log'), '--rule', rule, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false, findings: [], dataFrom: null });
    expect(code).toBe(2);
  });

  it('ends with 2 where every record is rejected, and with 0 where a log holds none', async () => {
    const [head = ''] = readFileSync(log, 'utf8').split('17733', 1);
    const [masked, empty] = [join(folder, 'masked.log'), join(folder, 'empty.log')];
    writeFileSync(masked, `${head}XXXXXXXXXX\tC1\t10.0.0.5\t1\t10.0.0.6\t2\ttcp\t1\t1\tSF\n`);
    writeFileSync(empty, head);
    const [rejected, none] = await Promise.all([masked, empty].map((path) => weir(['scan', path, '--rule', rule])));
    expect(rejected?.stdout.replace(/\s+/g, ' ')).toMatch(
      /Not complete - Rejected 1 of 5 records in 1 input: [^;]+ \(1\);/,
    );
    expect(none?.stdout.replace(/\s+/g, ' ')).toMatch(/Complete every input was read, but no record gave a row/);
    expect([rejected?.code, none?.code]).toEqual([2, 0]);
  });

  it('ends with 2 where no rule could run, and names the one of two that could not', async () => {
    const broken = join(folder, 'broken.kql');
    writeFileSync(broken, 'DeviceNetworkEvents | where Nope == 1');
    const [alone, beside] = await Promise.all([
      weir(['scan', log, '--rule', broken, '--fail-on', 'low']),
      weir(['scan', log, '--rule', broken, '--rule', rule, '--fail-on', 'high']),
    ]);
    for (const { stdout } of [alone, beside]) expect(stdout).toMatch(/Not complete\n {2}- Rule broken could not run/);
    expect([alone.code, beside.code]).toEqual([2, 0]);
  });

  it('says of a moment before the data that no row was looked at', async () => {
    const { code, stdout, stderr } = await weir([
      'scan',
      log,
      '--rule',
      rule,
      '--as-of',
      '2026-03-01',
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ asOf: '2026-03-01T00:00:00.0000000Z' });
    expect(JSON.parse(stdout).runs.map((run: { rowsInWindow: number }) => run.rowsInWindow)).toEqual([0]);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(/As of 2026-03-01 00:00 UTC: no row lies in any rule's look-back/);
    expect(code).toBe(0);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const temporary = join(folder, 'interrupted');
    mkdirSync(temporary);
    const child = start(['scan', '-'], { TMPDIR: temporary });
    const end = ended(child);
    // It waits for its standard input, which never ends.
    child.stdin?.write('{');
    while (readdirSync(temporary).length === 0 && child.exitCode === null) await pause(20);
    child.kill('SIGINT');
    expect((await end).code).toBe(130);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.skipIf(!existsSync('/usr/bin/script'))('shows progress and colour on a terminal, unless NO_COLOR', async () => {
    const command = [process.execPath, bin, 'scan', log, '--rule', rule].map((part) => `'${part}'`).join(' ');
    const onTerminal = async (environment: NodeJS.ProcessEnv) => {
      const { NO_COLOR: _, CI: __, ...inherited } = process.env;
      const env = { ...inherited, TERM: 'xterm-256color', ...environment };
      return await ended(
        spawn('/usr/bin/script', ['-qec', `stty cols 100; ${command}`, '/dev/null'], {
          env,
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      );
    };
    const [colour, plain] = await Promise.all([onTerminal({}), onTerminal({ NO_COLOR: '1' })]);
    const bold = '\u001b[1m';
    expect(colour.stdout).toContain(`${bold}Found`);
    expect(colour.stdout).toMatch(/reading|running rule/);
    expect(plain.stdout).not.toContain(bold);
    expect(plain.stdout).toContain('5.9 KiB');
  });
});
