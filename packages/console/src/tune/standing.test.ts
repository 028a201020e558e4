import { expect, test } from 'vitest';
import { standingOf, standingText } from './standing.ts';

const now = Date.parse('2026-11-27T10:00:00Z');
const until = (day: string) => ({ ended: null, expires: `${day}T00:00:00.0000000Z` });

test.each([
  ['2027-02-01', 'holds', 'Holds until 2027-02-01, for 66 days more'],
  ['2026-12-01', 'soon', 'Ends soon: on 2026-12-01, in 4 days'],
  ['2026-11-27', 'expired', 'Expired on 2026-11-27'],
])('until %s it %s', (day, standing, text) => {
  expect(standingOf(until(day), now)).toBe(standing);
  expect(standingText(until(day), now)).toContain(text);
});

test('what a person ended says who and why', () => {
  const ended = { ...until('2027-02-01'), ended: { by: 'ben', at: '2026-11-26T00:00:00.0000000Z', reason: 'moved' } };
  expect(standingOf(ended, now)).toBe('ended');
  expect(standingText(ended, now)).toBe('Ended by ben on 2026-11-26: moved');
});
