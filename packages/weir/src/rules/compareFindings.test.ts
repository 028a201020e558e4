import { expect, test } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { compareFindings } from './compareFindings.ts';

const finding = (changed: Partial<Finding> = {}): Finding => ({
  id: '1',
  rule: { id: 'r', name: 'Rule', version: '' },
  title: 'curl.exe on ws-1 sent 5 B',
  severity: 'low',
  score: 20,
  reasons: ['the rule itself (20)'],
  confidence: 'medium',
  tactics: [],
  techniques: [],
  firstSeen: 0n,
  lastSeen: 0n,
  entities: {
    device: 'ws-1',
    account: '',
    accountDomain: '',
    process: 'curl.exe',
    processFolder: '',
    processSha256: '',
    parentProcess: '',
    commandLine: '',
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

test('what is met says nothing, in any order', () => {
  const found = [finding(), finding({ service: 'MEGA' })];
  expect(
    compareFindings([{ service: 'MEGA' }, { bytesSent: 5, bytesReceived: null, because: ['itself'] }], found),
  ).toEqual([]);
});

test('each finding answers one expectation, even where the first fit would take the wrong one', () => {
  const found = [finding({ service: 'MEGA' }), finding()];
  expect(compareFindings([{ device: 'ws-1' }, { service: 'MEGA' }], found)).toEqual([]);
  expect(compareFindings([{ service: 'MEGA' }, { service: 'MEGA' }], found)).toHaveLength(2);
});

test('what is missing and what is too much are told', () => {
  const [missing, surplus] = compareFindings([{ severity: 'high', scoreAtLeast: 70 }], [finding()]);
  expect(missing).toContain('severity is low, not high, score is 20');
  expect(surplus).toBe('found, and not expected: curl.exe on ws-1 sent 5 B (low, 20)');
});

test('unknown bytes are not zero bytes', () => {
  expect(compareFindings([{ bytesSent: 0 }], [finding({ bytesSent: null })])).toHaveLength(2);
});
