import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticksOfDuration } from '../rules/duration.ts';
import { isoDuration, shortDuration } from './durations.ts';

test('the largest unit that fits, and clock time where none does', () => {
  const second = 10_000_000n;
  expect([300n, 3_600n, 86_400n, 5_400n, 90n, 86_461n].map((count) => shortDuration(count * second))).toEqual([
    '5m',
    '1h',
    '1d',
    '90m',
    '00:01:30',
    '1.00:01:01',
  ]);
  expect([300n, 3_600n, 86_400n, 129_690n].map((count) => isoDuration(count * second))).toEqual([
    'PT5M',
    'PT1H',
    'P1D',
    'P1DT12H1M30S',
  ]);
});

test('law: what is written is read as the same time', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 5_000_000n }), (seconds) => {
      const ticks = seconds * 10_000_000n;
      expect(ticksOfDuration(shortDuration(ticks))).toBe(ticks);
      expect(ticksOfDuration(isoDuration(ticks))).toBe(ticks);
    }),
  );
});
