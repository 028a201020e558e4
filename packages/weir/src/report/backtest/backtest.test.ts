import { expect, test } from 'vitest';
import type { Backtest, BacktestFinding, RuleBacktest } from '../../model/backtest.ts';
import { at, finding, scanResult } from '../result.fixture.ts';
import { backtestToHtml } from './html.ts';
import { backtestToJson } from './json.ts';
import { renderBacktest } from './terminal.ts';
import { rate } from './words.ts';

const minute = 600_000_000n;
const hostile = '\u001b[2J<img src=x onerror=alert(1)>';

const told = (change: Partial<BacktestFinding> = {}): BacktestFinding => ({
  finding: finding(),
  outcome: 'notified',
  alertedAt: at('2026-11-21T02:15:00Z'),
  waited: 5n * minute,
  foundAt: at('2026-11-21T02:10:00Z'),
  hiddenBy: [],
  verdicts: [],
  ...change,
});

const rule = (change: Partial<RuleBacktest> = {}): RuleBacktest => ({
  run: scanResult().runs[0] ?? expect.fail('the fixture has no run'),
  suppression: null,
  findings: [told()],
  outcomes: { notified: 1, informational: 0, hidden: 0, suppressed: 0 },
  severities: { informational: 0, low: 0, medium: 0, high: 1 },
  days: [
    {
      day: at('2026-11-21T00:00:00Z'),
      hosts: 40,
      severities: { informational: 0, low: 0, medium: 0, high: 1 },
      outcomes: { notified: 1, informational: 0, hidden: 0, suppressed: 0 },
    },
  ],
  perThousand: { mean: 25, worst: { day: at('2026-11-21T00:00:00Z'), rate: 25 } },
  by: {
    device: [{ name: hostile, notified: 1 }],
    account: [{ name: '', notified: 1 }],
    process: [{ name: 'rclone.exe', notified: 1 }],
    service: [{ name: 'Mega', notified: 1 }],
  },
  timeToAlert: { median: 5n * minute, p90: 5n * minute, alerts: 1 },
  coarse: 0,
  against: null,
  ...change,
});

const result = (change: Partial<Backtest> = {}): Backtest => ({
  complete: true,
  question: 'settled',
  delay: 5n * minute,
  data: { from: at('2026-11-21T00:00:00Z'), until: at('2026-11-21T23:59:00Z') },
  since: null,
  until: null,
  arrivals: { recorded: 0, rows: 100 },
  rules: [rule()],
  exceptions: [],
  verdicts: null,
  inputs: scanResult().inputs,
  fusion: scanResult().fusion,
  ...change,
});

const terminal = (change: Partial<Backtest> = {}) => renderBacktest(result(change), { width: 120, color: false });
const words = (change: Partial<Backtest> = {}) => terminal(change).replace(/\s+/g, ' ');

test('tells nothing that steers a terminal or a browser', () => {
  expect(terminal()).not.toContain('\u001b');
  expect(terminal()).toContain('\\u{1b}[2J');
  const page = backtestToHtml(result());
  expect(page).not.toContain('<img');
  expect(page).not.toContain('\u001b');
  expect(JSON.parse(backtestToJson(result())).rules[0].by.device).toEqual([{ name: hostile, notified: 1 }]);
  expect(backtestToJson(result())).not.toContain('\u001b');
});

test('masks secrets of command lines', () => {
  for (const text of [backtestToJson(result()), backtestToHtml(result()), terminal()])
    expect(text).not.toContain('hunter2hunter2');
});

test('says by what an alert’s time is known', () => {
  const known = { question: 'as-known' } as const;
  expect(words()).toContain('a run takes place 5 min after its tick');
  expect(words({ delay: 0n })).toContain('a run takes place at its tick');
  expect(words(known)).toContain('no row says when it arrived: each is taken to arrive 5 min after its time');
  expect(words({ ...known, arrivals: { recorded: 100, rows: 100 } })).toContain('by the arrival that each row records');
  expect(words({ ...known, arrivals: { recorded: 1, rows: 100 } })).toContain(
    'by the arrival that 1 of 100 rows record; the others are taken to arrive 5 min after their time',
  );
});

test.each([
  [{ since: at('2027-03-11T00:00:00Z') }, 'none of'],
  [{ until: at('2026-11-20T00:00:00Z') }, 'none of'],
  [{ since: at('2026-11-21T23:59:00Z') }, 'names a device'],
  [{ until: at('2026-11-21T00:00:00Z') }, 'names a device'],
])('says of a span without data that it is one, with where the data is: %o', (span, told) => {
  const text = words({ ...span, rules: [rule({ days: [] })] });
  expect(text).toContain(told);
  expect(text.includes('whose evidence is from 2026-11-21 00:00 to 2026-11-21 23:59 UTC')).toBe(told === 'none of');
});

test('breaks neither headings nor figures of the table of rules', () => {
  const outcomes = { notified: 123_456_789, informational: 1, hidden: 0, suppressed: 0 };
  for (const width of [76, 100, 160]) {
    const text = renderBacktest(result({ rules: [rule({ outcomes }), rule()] }), { width, color: false });
    const lines = text.split('\n');
    expect(lines.find((line) => line.startsWith('rule '))).toContain(' informational ');
    expect(lines.some((line) => / 123,456,789 .* 1 /.test(line))).toBe(true);
  }
});

test('names what changed between two versions, and how', () => {
  const before = told({ finding: finding({ severity: 'low', bytesSent: 1_048_576n, connections: 1 }) });
  const after = told({ alertedAt: at('2026-11-21T02:25:00Z') });
  const against = {
    rule: { name: 'Old', version: '1.0.0' },
    added: [told({ finding: finding({ title: 'a new one' }) })],
    gone: [],
    days: [],
    same: 3,
    changed: [{ before, after, what: ['severity', 'bytes sent', 'connections', 'time'] as const }],
  };
  const text = terminal({ rules: [rule({ against })] }).replace(/\s+/g, ' ');
  expect(text).toContain('1 new, 0 gone, 1 changed, 3 the same, against Old 1.0.0');
  expect(text).toContain('a new one (high, notified)');
  expect(text).toContain(
    'severity low to high; bytes sent 1.0 MiB to 1.8 GiB; connections 1 to 214; alert 10 min later',
  );
});

test('says of large findings that their alert may have come earlier, and what a pause kept back', () => {
  const text = terminal({
    rules: [
      rule({
        coarse: 2,
        suppression: 60n * minute,
        outcomes: { notified: 1, informational: 0, hidden: 0, suppressed: 4 },
      }),
    ],
  }).replace(/\s+/g, ' ');
  expect(text).toContain('of 2 large findings only some ticks were looked at, so it may be earlier');
  expect(text).toContain('4 while the rule paused after an alert');
  expect(text).toContain('for 1 h after each alert');
});

test('draws at most some months of days, and says how many are left out', () => {
  const [one = expect.fail('no day')] = rule().days;
  const days = Array.from({ length: 400 }, (_, i) => ({ ...one, day: one.day + BigInt(i) * 1440n * minute }));
  const text = terminal({ rules: [rule({ days })] });
  expect(text).toContain('and 338 days more');
  expect(backtestToHtml(result({ rules: [rule({ days })] }))).toContain('and 200 more.');
});

test.each([
  [0, '0'],
  [0.333, '0.33'],
  [2, '2'],
  [62.5, '62.5'],
  [90.909, '90.9'],
  [1234.5, '1,235'],
])('a rate of %d is written %s', (value, text) => {
  expect(rate(value)).toBe(text);
});
