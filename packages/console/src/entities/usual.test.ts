import { expect, test } from 'vitest';
import type { Entity } from '../api/entities.ts';
import { chartOf } from './chart.ts';
import { comparedWords, firstSeenWords, usualWords } from './usual.ts';

const at = (day: string) => `2026-11-${day}T00:00:00.0000000Z`;
const usual = { days: 20, median: 1_048_576, p90: 4_194_304, isLearning: false };
const day = (of: string, bytesSent: number | null, connections = 2, bytesKnown = bytesSent === null ? 0 : 2) => ({
  day: at(of),
  ...{ bytesSent, connections, bytesKnown },
});
const entity: Entity = {
  ...{ kind: 'device', name: 'ws-1', from: at('24'), until: at('28'), looked: at('27'), oldest: at('01') },
  ...{ firstSeen: at('25'), lastSeen: at('27'), days: [day('25', 1_000), day('26', null), day('27', 52_428_800)] },
  ...{ usual, services: [], devices: [], processes: [], accounts: [] },
};

test('the usual is told in words, and not before it is known', () => {
  expect(usualWords(usual)).toBe(
    'On a usual day it sends 1.0 MiB: half of 20 days stay below 1.0 MiB, nine in ten below 4.0 MiB.',
  );
  expect(usualWords({ ...usual, days: 5, isLearning: true })).toMatch(/^Still learning .* 5 days before, and 14 /);
  expect(usualWords({ days: 0, median: null, p90: null, isLearning: true })).toMatch(/not known/);
});

test('a day is compared with the usual', () => {
  const compared = (change: Partial<Entity>) => comparedWords({ ...entity, ...change });
  expect(compared({})).toBe('On 27 Nov it sent 50.0 MiB in all, 50 times a usual day.');
  expect(compared({ days: [day('27', 4_194_304)] })).toMatch(/within the usual\.$/);
  expect(compared({ days: [day('27', 9, 3, 1)], usual: { ...usual, median: 0, p90: 0 } })).toBe(
    'On 27 Nov it sent at least 9 B in all, where it usually sends nothing.',
  );
  expect(compared({ days: [day('27', null)] })).toBe('How much it sent on 27 Nov is not known.');
  expect(compared({ days: [] })).toBeUndefined();
});

test('what was before the days that are looked at is not made up', () => {
  expect(firstSeenWords(entity)).toBe('25 Nov');
  expect(firstSeenWords({ ...entity, firstSeen: at('24') })).toMatch(/^24 Nov or before/);
  expect(firstSeenWords({ ...entity, oldest: at('25') })).toMatch(/the first day of all logs/);
});

test('a chart has every day, and nothing known is not zero', () => {
  const { days, most } = chartOf(entity);
  expect(days.map(({ sent, uncounted }) => [sent, uncounted])).toEqual([
    [null, 0],
    [1_000, 0],
    [null, 2],
    [52_428_800, 0],
  ]);
  expect(most).toBe(52_428_800);
});
