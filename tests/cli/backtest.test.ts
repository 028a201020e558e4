import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallCase, weir } from './weir.ts';

const rule = `id: 11111111-2222-4333-8444-555555555555
name: Anything out
description: Every connection.
severity: Low
kind: Scheduled
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
query: DeviceNetworkEvents | where RemotePort == 443
weir:
  finding: { key: [DeviceName, RemoteIP] }
`;

const exception = (when: string, more = '') => `exceptions:
  - id: lab
    name: The lab
    rule: Anything out
    when: ${when}
    owner: lab@example.org
    reason: It is a lab.
    created: 2026-03-01
    expires: 2027-03-01
${more}`;

function world() {
  const { folder, log } = smallCase();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { log, file, rule: file('rule.yaml', rule) };
}

describe('weir backtest', { timeout: 300_000 }, () => {
  it('prints how often, of what and how fast a rule would have told', async () => {
    const { log, rule: path } = world();
    const { code, stdout } = await weir(['backtest', path, '--data', log]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 notified (1 low)');
    expect(stdout).toMatch(/2026-03-1\d +1 █ 1 low; 1 host/);
    expect(stdout).toContain('a run takes place 5 min after its tick');
    expect(stdout).toContain('by device  10.0.0.5 1');
  });

  it('as JSON has one rule with its days, outcomes and findings', async () => {
    const { log, rule: path } = world();
    const { code, stdout, stderr } = await weir(['backtest', path, '--data', log, '--format', 'json', '--delay', '0']);
    expect(code).toBe(0);
    expect(stderr).toContain('Anything out: 1 notified (1 low)');
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      complete: true,
      question: 'settled',
      delaySeconds: 0,
      exceptions: [],
      verdicts: null,
    });
    const [told] = result.rules;
    expect(told).toMatchObject({
      rule: { name: 'Anything out' },
      error: null,
      notified: 1,
      informational: 0,
      hidden: 0,
      suppressed: 0,
      severities: { high: 0, medium: 0, low: 1 },
      perThousandHostsADay: { mean: 1000, worst: 1000 },
      by: { device: [{ name: '10.0.0.5', notified: 1 }] },
      findings: [{ outcome: 'notified', hiddenBy: [], verdicts: [] }],
      against: null,
    });
    expect(told.days).toMatchObject([{ hosts: 1, notified: 1 }]);
    const [finding] = told.findings;
    expect(Date.parse(finding.alertedAt) % 300_000).toBe(0);
    expect(told.secondsToAlert.median).toBe(finding.secondsToAlert);
  });

  it('says what an exception hides, and hides nothing that is confirmed', async () => {
    const { log, file, rule: path } = world();
    const exceptions = file('exceptions.yaml', exception('DeviceName == "10.0.0.5"'));
    const hidden = await weir(['backtest', path, '--data', log, '--exceptions', exceptions]);
    expect(hidden.code).toBe(0);
    expect(hidden.stdout).toContain('1 hidden by exceptions');
    expect(hidden.stdout).toContain('lab: hides 1 finding (1 low)');
    const json = JSON.parse((await weir(['backtest', path, '--data', log, '--format', 'json'])).stdout);
    const verdicts = file(
      'verdicts.json',
      JSON.stringify({ verdicts: [{ verdict: 'true-positive', finding: json.rules[0].findings[0].id }] }),
    );
    const strict = await weir(['backtest', path, '--data', log, '--exceptions', exceptions, '--verdicts', verdicts]);
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain('lab: refused');
    expect(strict.stdout).toContain('1 notified');
    const leave = file(
      'leave.yaml',
      exception('DeviceName == "10.0.0.5"', '    override: { reason: a drill, by: ciso }\n'),
    );
    const forced = await weir(['backtest', path, '--data', log, '--exceptions', leave, '--verdicts', verdicts]);
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('by leave of ciso (a drill)');
    expect(forced.stdout).toContain('(confirmed)');
  });

  it('tells what another version of the rule found that this one does not', async () => {
    const { log, file, rule: path } = world();
    const stricter = file('stricter.yaml', rule.replace('== 443', '== 443 | where BytesSent > 5000'));
    const gone = await weir(['backtest', stricter, '--data', log, '--against', path]);
    expect(gone.stdout).toContain('0 new, 1 gone, 0 changed, 0 the same');
    const same = await weir(['backtest', path, '--data', log, '--against', path]);
    expect(same.stdout).toContain('nothing changed against Anything out: 1 the same');
  });

  it('writes a page that asks the network for nothing', async () => {
    const { log, rule: path } = world();
    const report = join(mkdtempSync(join(tmpdir(), 'weir-page-')), 'noise.html');
    const { code, stdout } = await weir(['backtest', path, '--data', log, '--format', 'html', '--report', report]);
    expect(code).toBe(0);
    const page = readFileSync(report, 'utf8');
    expect(page).toBe(stdout);
    expect(page).toContain('would have alerted 1 time in 1 day');
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toMatch(/<script|(?:src|href)="(?!#)/);
  });

  it.each<[string, string[], RegExp]>([
    ['no data', [], /DATA_MISSING/],
    [
      'a span that ends before it begins',
      ['--since', '2026-03-02', '--until', '2026-03-01'],
      /--until: it is not later/,
    ],
    ['a delay that is none', ['--delay', 'soon'], /--delay: soon is no duration/],
    ['exceptions that are not there', ['--exceptions', 'nowhere.yaml'], /EXCEPTIONS_UNREADABLE/],
  ])('refuses %s', async (_, more, message) => {
    const { log, rule: path } = world();
    const data = more.length === 0 ? [] : ['--data', log];
    const { code, stderr } = await weir(['backtest', path, ...data, ...more]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('weir scan --exceptions', { timeout: 300_000 }, () => {
  it('shows what is left, and counts and lists what is hidden', async () => {
    const { log, file, rule: path } = world();
    const exceptions = file('exceptions.yaml', exception('DeviceName == "10.0.0.5"'));
    const table = await weir(['scan', log, '--rule', path, '--exceptions', exceptions]);
    expect(table.code).toBe(0);
    expect(table.stdout).toContain('1 finding hidden by 1 exception');
    expect(table.stdout).toContain('(1 hidden)');
    const json = await weir([
      'scan',
      log,
      '--rule',
      path,
      '--exceptions',
      exceptions,
      '--format',
      'json',
      '--fail-on',
      'low',
    ]);
    expect(json.code).toBe(0);
    expect(json.stderr).toContain('1 finding hidden by 1 exception');
    expect(JSON.parse(json.stdout)).toMatchObject({
      findings: [],
      hidden: [{ hiddenBy: ['lab'], rule: { name: 'Anything out' } }],
      exceptions: [{ id: 'lab', state: 'applied', hides: 1, owner: 'lab@example.org' }],
    });
  });

  it('refuses, at its place, a condition that says nothing of a finding', async () => {
    const { log, file, rule: path } = world();
    const exceptions = file('exceptions.yaml', exception("'strlen(DeviceName) >= 0'"));
    const { code, stderr } = await weir(['scan', log, '--rule', path, '--exceptions', exceptions]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/exceptions\.yaml:5:\d+: the condition holds for every finding that was tried/);
  });
});
