import { describe, expect, it } from 'vitest';
import { start, weir } from './weir.ts';

describe('usage', { timeout: 120_000 }, () => {
  it.each(['scan', 'query', 'lint', 'simulate', 'sources'])('%s --help shows an example', async (command) => {
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
    [['scan'], /no logs are named/],
    [['scan', 'x', '--format', 'xml'], /Allowed choices are table, json/],
    [['scan', 'x', '--fail-on', 'huge'], /Allowed choices are informational/],
    [['scan', 'x', '--as-of', 'yesterday'], /--as-of: yesterday is not a moment[\s\S]*2026-03-12T10:00:00Z/],
    [['scan', 'x', '--report', '/nowhere/at/all.html'], /\/nowhere\/at\/all\.html[\s\S]*REPORT_UNWRITABLE/],
    [['query', '-f', '-', '--data', '-'], /cannot be both the query and the logs/],
    [['sources', 'netskop'], /netskop: no format that Weir reads is called so[\s\S]*FORMAT_UNKNOWN/],
    [['query', '-f', '/nowhere.kql'], /\/nowhere\.kql[\s\S]*QUERY_UNREADABLE/],
  ])('%j is told on stderr with exit 2', async (args, message) => {
    const { code, stdout, stderr } = await weir(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('bug in Weir');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('sources is a line a format under its kind on a narrow terminal, with its title on a wide one', async () => {
    const [narrow, wide] = await Promise.all([
      weir(['sources'], { COLUMNS: '80' }),
      weir(['sources'], { COLUMNS: '140' }),
    ]);
    const lines = narrow.stdout.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeLessThan(55);
    expect(narrow.stdout).toMatch(/Proxies\nsquid +– +some +– +yes +some\n/);
    expect(wide.stdout).toMatch(/squid +– +some +– +yes +some +Squid access logs/);
  });

  it('sources with a name tells all about that format, or those with the word', async () => {
    const [one, several] = await Promise.all([
      weir(['sources', 'squid']),
      weir(['sources', 'Proxies', '--format', 'json']),
    ]);
    expect(one.stdout).toMatch(
      /^squid {2}Squid access logs[\s\S]*gives {2}- host names[\s\S]*logformat weir[\s\S]*lacks {2}- process/,
    );
    expect(one.stdout).not.toContain('zeek');
    const list = JSON.parse(several.stdout) as { id: string; kind: string; lacks: string[] }[];
    expect(list.map(({ id }) => id)).toContain('w3c');
    expect(list.find(({ id }) => id === 'w3c')).toMatchObject({
      kind: 'Proxies',
      lacks: expect.arrayContaining(['process']),
    });
  });
});
