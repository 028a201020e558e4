import { expect, test } from 'vitest';
import { ago, lasting, momentOf, second, shortMoment } from './time.ts';

const now = Date.parse('2026-11-27T10:00:00Z');

test('moments are told in UTC, and no more of them than is needed', () => {
  expect(momentOf('2026-11-27T09:59:59.1234567Z')).toBe(now - 877);
  expect(second('2026-11-27T09:59:59.1234567Z')).toBe('2026-11-27 09:59:59');
  expect(shortMoment('2026-11-27T00:05:00.0000000Z', now)).toBe('00:05');
  expect(shortMoment('2026-11-26T23:05:00.0000000Z', now)).toBe('26 Nov 23:05');
  expect(shortMoment('2025-11-26T23:05:00.0000000Z', now)).toBe('26 Nov 2025');
});

test.each([
  ['2026-11-27T10:00:20.0000000Z', 'just now'],
  ['2026-11-27T09:59:20.0000000Z', 'just now'],
  ['2026-11-27T09:00:00.0000000Z', '60 min ago'],
  ['2026-11-26T09:00:00.0000000Z', '25 h ago'],
  ['2026-11-15T10:00:00.0000000Z', '12 d ago'],
  ['2026-03-12T10:00:00.0000000Z', '8 months ago'],
  ['2023-03-12T10:00:00.0000000Z', '3 years ago'],
])('%s is %s', (at, told) => expect(ago(at, now)).toBe(told));

test('how long something went on', () => {
  expect(lasting('2026-11-27T10:00:00.0000000Z', '2026-11-27T10:00:00.5000000Z')).toBe('a moment');
  expect(lasting('2026-11-27T10:00:00.0000000Z', '2026-11-27T10:49:55.0000000Z')).toBe('49 min');
});
