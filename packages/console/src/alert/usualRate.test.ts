import { expect, test } from 'vitest';
import type { Usual } from '../api/entities.ts';
import type { Timeline } from './timeline.ts';
import { passedAt, rateOf } from './usualRate.ts';

const minute = 60_000;
const usual: Usual = { days: 20, median: 1_440, p90: 2_880, isLearning: false };
const midnight = Date.parse('2026-03-12T00:00:00Z');
const timeline = (sent: readonly number[], from = midnight, width = minute): Timeline => ({
  ...{ from, until: from + sent.length * width, width },
  bins: sent.map((n, nth) => ({ from: from + nth * width, sent: n, unknown: 0 })),
});

test('a usual day is told in the unit of a bar, zero as zero and unknown as unknown', () => {
  expect(rateOf(usual, minute)).toEqual({ median: 1, p90: 2 });
  expect(rateOf(usual, 60 * minute)).toEqual({ median: 60, p90: 120 });
  expect(rateOf({ ...usual, median: 0, p90: 0 }, minute)).toEqual({ median: 0, p90: 0 });
  expect(rateOf({ ...usual, days: 0, median: null, p90: null, isLearning: true }, minute)).toBeUndefined();
  expect(rateOf({ ...usual, isLearning: true }, minute)).toBeUndefined();
  expect(rateOf({ ...usual, p90: '9007199254740993' }, 24 * 60 * minute)?.p90).toBe(9007199254740992);
});

test('a usual day is passed by its sum, day by day', () => {
  expect(passedAt(timeline([2_000, 880, 1, 5]), usual)).toBe(midnight + 3 * minute);
  expect(passedAt(timeline([2_000, 880, 0]), usual)).toBeUndefined();
  // Midnight begins anew.
  expect(passedAt(timeline([2_000, 2_000, 2_000], midnight - minute), usual)).toBe(midnight + 2 * minute);
  expect(passedAt(timeline([0, 1]), { ...usual, median: 0, p90: 0 })).toBe(midnight + 2 * minute);
  expect(passedAt(timeline([9_999]), { ...usual, p90: null })).toBeUndefined();
  expect(passedAt(timeline([9_999]), { ...usual, isLearning: true })).toBeUndefined();
  expect(passedAt(timeline([9_999], midnight, 7 * 24 * 60 * minute), usual)).toBeUndefined();
});
