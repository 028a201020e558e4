import { describe, expect, it } from 'vitest';
import { start, weir } from './weir.ts';

describe.concurrent('usage', { timeout: 120_000 }, () => {
  it.each(['scan', 'query', 'sources'])('%s --help shows an example', async (command) => {
    const { code, stdout, stderr } = await weir([command, '--help']);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n  (.* \\| )?weir ${command}`));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('--help names the commands and exit codes', async () => {
    const { code, stdout } = await weir(['--help']);
    expect(stdout).toMatch(/scan[\s\S]*query[\s\S]*sources[\s\S]*Exit codes/);
    expect(code).toBe(0);
  });

  it.each([
    ['scan', '/nowhere.log'],
    ['query', 'Nope'],
  ])('%s %s keeps exit 2 when nobody reads', async (...args) => {
    const child = start(args);
    child.stdin?.end();
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(2);
  });

  it.each([
    [['scan', 'x', '--bogus'], /unknown option '--bogus'/],
    [['bogus'], /unknown command/],
    [['scan'], /missing required argument/],
    [['scan', 'x', '--format', 'xml'], /Allowed choices are table, json/],
    [['scan', 'x', '--fail-on', 'huge'], /Allowed choices are informational/],
    [['scan', 'x', '--as-of', 'yesterday'], /--as-of: yesterday is not a moment[\s\S]*2026-03-12T10:00:00Z/],
    [['scan', 'x', '--report', '/nowhere/at/all.html'], /\/nowhere\/at\/all\.html[\s\S]*REPORT_UNWRITABLE/],
    [['query', '-f', '-', '--data', '-'], /cannot be both the query and the logs/],
    [['query', '-f', '/nowhere.kql'], /\/nowhere\.kql[\s\S]*QUERY_UNREADABLE/],
  ])('%j is told on stderr with exit 2', async (args, message) => {
    const { code, stdout, stderr } = await weir(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug in Weir');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
