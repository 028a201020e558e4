import { expect, test } from 'vitest';
import type { Finding } from '../../model/finding.ts';
import { type Difference, type TestReport, totalsOf } from '../../model/ruleTest.ts';
import { differenceLines } from './difference.ts';
import { testsToGitHub } from './github.ts';
import { testsToJson } from './json.ts';
import { testsToJUnit } from './junit.ts';
import { testsToText } from './text.ts';

const hostile = 'x\u001b[2J\r\n::error::gone ##[endgroup]%0A <b>&"\u202e\u0000\uffff';

const finding: Finding = {
  id: 'f1',
  rule: { id: 'r', name: hostile, version: '' },
  title: `${hostile} sent 5 B`,
  severity: 'low',
  score: 20,
  reasons: [hostile],
  confidence: 'medium',
  tactics: [],
  techniques: [],
  firstSeen: 0n,
  lastSeen: 0n,
  entities: {
    device: hostile,
    account: '',
    accountDomain: '',
    process: '',
    processFolder: '',
    processSha256: '',
    parentProcess: '',
    commandLine: '',
    destination: '',
  },
  service: '',
  category: '',
  services: [],
  bytesSources: [],
  bytesSent: 9_007_199_254_740_993n,
  bytesReceived: null,
  bytesKnown: 1,
  connections: 1,
  evidence: {
    count: 3,
    eventIds: [],
    sample: [
      {
        timestamp: 0n,
        eventId: hostile,
        remoteHost: hostile,
        remoteIp: '',
        remotePort: 443,
        bytesSent: 5n,
        bytesReceived: null,
        bytesSource: '',
        commandLine: `curl --password Geheim123456 ${hostile}`,
        fusion: '',
        fusionConfidence: null,
      },
    ],
  },
};

const at = { path: `rules/a,b:c/${hostile}.yaml`, line: 3, column: 5 };
const differences: Difference[] = [
  { kind: 'missing', at, expected: [{ field: 'device', expected: hostile }] },
  { kind: 'unlike', at, expected: [], found: finding, fields: [{ field: 'device', expected: 'a', found: hostile }] },
  { kind: 'surplus', found: finding },
  { kind: 'engines', moment: 0n, duckdb: [hostile], clickhouse: [`curl --password Geheim123456 ${hostile}`] },
  { kind: 'engines', moment: 0n, duckdb: [], clickhouse: hostile },
];
const failed = { name: hostile, at, differences, findings: [finding], run: hostile };
const passed = { name: 'fine', at, differences: [], findings: [], run: 'one run: 0 result rows' };
const wrong = { code: 'RULE_INVALID', at, message: hostile, advice: hostile };
const rule = { id: 'r', name: hostile, status: 'stable' } as const;

const report: TestReport = {
  rules: [
    { path: 'rules/a.yaml', rule, tests: [passed, failed], leftOut: 1, lacks: [{ at, message: hostile }] },
    { path: 'rules/b.yaml', rule: null, tests: [], leftOut: 0, lacks: [], error: wrong },
    { path: 'rules/c.yaml', rule: { ...rule, name: 'Untested' }, tests: [], leftOut: 0, lacks: [] },
    { path: 'rules/e.yaml', rule, tests: [passed], leftOut: 0, lacks: [], notOnClickHouse: wrong },
    {
      path: 'rules/d.yaml',
      rule: { ...rule, name: 'Stopped' },
      tests: [{ ...failed, differences: [{ kind: 'error', error: wrong }] }],
      leftOut: 0,
      lacks: [],
    },
  ],
};

test('what is counted', () => {
  expect(totalsOf(report)).toEqual({ rules: 5, passed: 2, failed: 2, errors: 2, untested: 1, notOnClickHouse: 1 });
  expect(testsToText(report, { color: false })).toContain(
    '5 rules: 2 passed, 2 failed, 2 could not be run, 1 rule without tests, 1 rule not on ClickHouse',
  );
});

const formats = {
  text: testsToText(report, { color: false }),
  github: testsToGitHub(report),
  junit: testsToJUnit(report),
  json: testsToJson(report),
};

test.each(Object.entries(formats))(
  '%s: no text of a log or rule steers what shows it, and no secret stands in it',
  (_, told) => {
    expect(told.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(told).not.toContain('Geheim123456');
  },
);

test('github: a text begins no command of its own and ends none', () => {
  const lines = formats.github.trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(
    lines
      .slice(0, -1)
      .every((line) => /^::(error|warning|notice) file=[^,]*,line=\d+,col=\d+,title=[^,:]*::/.test(line)),
  ).toBe(true);
  expect(formats.github).not.toContain('##[');
  expect(formats.github).not.toMatch(/^\s*::error::gone/m);
});

test('junit: what XML holds, with a case for every test and for what a rule lacks', () => {
  const { junit } = formats;
  expect(junit).not.toContain('<b>');
  expect(junit).not.toMatch(/[\ufffe\uffff]/);
  const count = (pattern: RegExp) => [...junit.matchAll(pattern)].length;
  expect(count(/<testsuite /g)).toBe(5);
  expect(count(/<testcase /g)).toBe(8);
  expect(count(/<failure /g)).toBe(2);
  expect(count(/<error /g)).toBe(2);
  expect(count(/<skipped /g)).toBe(2);
  expect(junit).toContain('tests="3" failures="2" errors="0" skipped="0"');
});

test('json: differences name their findings, which are there in full', () => {
  const { rules } = JSON.parse(formats.json);
  expect(rules[0].tests.map(({ result }: { result: string }) => result)).toEqual(['passed', 'failed']);
  expect(rules[0].tests[1].differences[2]).toEqual({ kind: 'surplus', found: 'f1' });
  expect(rules[0].tests[1].findings[0]).toMatchObject({ id: 'f1', bytesSent: '9007199254740993', bytesReceived: null });
});

test('of engines that differ, the rows that only one gives, a few of many', () => {
  const rows = Array.from({ length: 7 }, (_, index) => `n: ${index}`);
  expect(differenceLines({ kind: 'engines', moment: 0n, duckdb: ['n: 9'], clickhouse: rows })).toEqual([
    'ClickHouse and DuckDB differ at 0001-01-01T00:00:00.0000000Z: 7 rows of the one, 1 of the other',
    '  - DuckDB     n: 9',
    ...rows.slice(0, 5).map((row) => `  + ClickHouse ${row}`),
    '  + and 2 more',
  ]);
});

test('says of runs without results that they had none, not that bytes are unknown', () => {
  const [row = expect.fail('no row')] = finding.evidence.sample;
  const run = { ...row, eventId: '', remoteHost: '', remotePort: null, bytesSent: null, commandLine: '' };
  const quiet: Finding = { ...finding, evidence: { count: 1, eventIds: [], absence: true, sample: [run] } };
  const lines = differenceLines({ kind: 'surplus', found: quiet });
  expect(lines.at(-1)?.trim()).toBe('0001-01-01T00:00:00.0000000Z  no results');
});
