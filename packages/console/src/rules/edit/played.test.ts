import { expect, test } from 'vitest';
import type { PlayedDay, PlayedFinding } from '../../api/backtests.ts';
import { comparedIn } from './played.ts';

const day = (of: number, notified: number, more: Partial<PlayedDay> = {}): PlayedDay => ({
  ...{ day: `2026-03-0${of}T00:00:00.0000000Z`, hosts: 3, notified, informational: 0, hidden: 0, suppressed: 0 },
  ...more,
});
const finding = (id: string, alertedAt: string | null): PlayedFinding => ({
  ...{ id, title: id, severity: 'low', outcome: alertedAt === null ? 'informational' : 'notified', alertedAt },
  ...{ foundAt: '2026-03-02T00:00:00.0000000Z', firstSeen: '2026-03-01T00:00:00.0000000Z' },
});

test('both versions are counted by day, and a day without logs is a gap and no zero', () => {
  const compared = comparedIn({
    rules: [
      {
        days: [day(1, 2, { informational: 3, hidden: 1 }), day(4, 0)],
        findings: [],
        against: {
          ...{ error: null, days: [day(1, 5), day(2, 1, { hosts: 0 })], gone: [] },
          new: [finding('a', null), finding('b', '2026-03-04T00:00:00.0000000Z')],
        },
      },
    ],
  });
  expect(compared?.chart).toMatchObject({
    x: { names: ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'] },
    unknown: 4,
    series: [
      { name: 'Present version', points: [{ y: 5 }, { y: 1 }, { y: null }, { y: null }] },
      { name: 'This draft', points: [{ y: 2 }, { y: null }, { y: null }, { y: 0 }] },
    ],
  });
  expect(compared).toMatchObject({ before: { alerts: 6, perDay: 3 }, after: { alerts: 2, perDay: 1, untold: 4 } });
  expect(compared?.added.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('a rule that is new is told alone, and one over no logs at all says no mean', () => {
  const compared = comparedIn({ rules: [{ days: [], findings: [finding('a', null)], against: null }] });
  expect(compared).toMatchObject({ before: undefined, after: { alerts: 0, perDay: undefined }, added: [{ id: 'a' }] });
  expect(compared?.chart.series.map(({ name }) => name)).toEqual(['This rule']);
  expect(comparedIn({ rules: [] })).toBeUndefined();
});
