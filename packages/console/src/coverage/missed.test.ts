import { expect, test } from 'vitest';
import type { Coverage, Gap, Rule, Source } from '../api/types.ts';
import { type Known, missedOf } from './missed.ts';

const covered = {
  id: 'r1',
  name: 'Much left',
  tests: 3,
  needs: [{ what: 'process or bytes', present: true }],
  sees: 90,
};
const coverage: Coverage = {
  sight: {
    ...{ from: '2026-11-26T00:00:00.0000000Z', until: '2026-11-27T10:00:00.0000000Z', connections: 100, devices: 3 },
    needs: [
      { need: 'bytes', known: 20, blind: { devices: 1, most: ['ws-1'] } },
      { need: 'process', known: 80, blind: { devices: 0, most: [] } },
    ],
    fusion: [],
  },
  techniques: [{ technique: 'T1567', name: 'Exfiltration Over Web Service', rules: [covered] }],
};
const health = { state: 'ok', reason: '', lastRun: null, lastTick: null, took: null, method: '', gaps: 0 } as const;
const rule = { id: 'r1', name: 'Much left', stopped: null, health } as unknown as Rule;
const gap = { id: 1, rule: 'r1', reason: 'time', closed: null } as unknown as Gap;
const well: Known = { coverage, rules: [rule], openGaps: [], sources: [], storage: undefined };
const said = (known: Partial<Known>) => missedOf({ ...well, ...known }).map(({ what }) => what);

test('where all is well nothing is missed', () => expect(said({})).toEqual([]));

test('what would be missed is said, the worst first', () => {
  expect(
    said({
      coverage: {
        ...coverage,
        techniques: [...coverage.techniques, { technique: 'T1567.004', name: 'Webhook', rules: [] }],
      },
      openGaps: [gap, { ...gap, id: 2, reason: 'retention' }],
    }),
  ).toEqual([
    '1 stretch of time has not been looked at yet.',
    'T1567.004 Webhook: no rule is made for it.',
    '1 stretch of time cannot be looked at any more: the logs are no longer kept.',
  ]);
  const stopped = { ...rule, stopped: { by: 'ada', at: '', reason: 'too loud' } };
  expect(said({ rules: [stopped] })).toEqual([
    'T1567 Exfiltration Over Web Service: all its rules are stopped.',
    'Much left is stopped by ada: too loud',
  ]);
});

test('what is said of several sources is said once', () => {
  const source = (name: string, reason: string) => ({ source: name, reason, state: 'degraded' }) as unknown as Source;
  const sources = [source('/logs/a', 'old'), source('/logs/b', 'old'), source('c', 'silent'), source('c', 'silent')];
  expect(said({ sources })).toEqual(['2 sources, as /logs/a: old.', 'The source c: silent.']);
});

test('a rule that is half blind says what it lacks, and what would tell it', () => {
  const techniques = [{ technique: 'T1567', name: '', rules: [{ ...covered, sees: 30 }] }];
  expect(missedOf({ ...well, coverage: { ...coverage, techniques } })).toEqual([
    {
      weight: 'medium',
      what: 'Much left sees 30 % of the connections: it needs program or bytes.',
      advice: 'Logs of a firewall, a proxy or Zeek count bytes.',
    },
  ]);
});

test('where nothing comes in, that is said, and not that rules are blind', () => {
  const sight = { ...coverage.sight, connections: 0 };
  expect(said({ coverage: { ...coverage, sight } })).toEqual([
    'Nothing is seen: no connection has left since yesterday that any log told of.',
  ]);
});
