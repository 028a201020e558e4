import { expect, test } from 'vitest';
import { reasonsOf, unusual } from './reasons.ts';

const reasons = [
  'base of the rule (25)',
  'a transfer tool made the connection (+25)',
  'a known program under another name (+40)',
  'the device is a build server (-10)',
  'capped at 100, of 150',
];

test('points are told apart from what they are for', () => {
  expect(reasonsOf(reasons).map(({ points }) => points)).toEqual([25, 25, 40, -10, undefined]);
  expect(reasonsOf(['it sent (much) (+5)'])).toEqual([{ text: 'it sent (much)', points: 5 }]);
  expect(reasonsOf(['of an ordinary kind (−10)'])).toEqual([{ text: 'of an ordinary kind', points: -10 }]);
});

test('what is unusual comes by its weight', () => {
  expect(unusual(reasons)).toEqual(['a known program under another name', 'a transfer tool made the connection']);
});
