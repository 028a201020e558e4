import { expect, test } from 'vitest';
import type { Rule } from '../api/types.ts';
import { nextLook } from './nextLook.ts';

const rule = (frequency: number | null, stopped: Rule['stopped'] = null) =>
  ({ schedule: frequency === null ? null : { frequency, period: 86_400 }, stopped }) as Rule;
const now = Date.parse('2026-11-27T08:36:20Z');

test('the oftenest rule that runs says when', () => {
  const stopped = { by: 'ada', at: '', reason: '' };
  expect(nextLook([rule(3_600), rule(300), rule(60, stopped), rule(null)], now)).toEqual({
    every: 300_000,
    at: Date.parse('2026-11-27T08:40:00Z'),
  });
  expect(nextLook([rule(null), rule(60, stopped)], now)).toBeUndefined();
});
