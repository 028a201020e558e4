import { expect, test } from 'vitest';
import type { BacktestFinding } from '../model/backtest.ts';
import { at, finding } from '../report/result.fixture.ts';
import { daysOf, perThousandOf } from './days.ts';

const hour = 36_000_000_000n;

const notified = (alertedAt: string, waited: bigint): BacktestFinding => ({
  ...{ finding: finding(), outcome: 'notified', alertedAt: at(alertedAt), waited, foundAt: at(alertedAt) },
  ...{ hiddenBy: [], verdicts: [] },
});

const span = { from: at('2026-11-20T00:00:00Z'), until: at('2026-11-22T00:00:00Z') };

test('an alert that a daily rule tells on the next day is counted by the hosts of the day of its evidence', () => {
  const day = at('2026-11-20T00:00:00Z');
  const found = [notified('2026-11-21T00:05:00Z', 20n * hour), notified('2026-11-21T00:05:00Z', 21n * hour)];
  const days = daysOf(found, new Map([[day, 4]]), span);
  expect(days).toMatchObject([{ day, hosts: 4, outcomes: { notified: 2 } }]);
  expect(perThousandOf(days)).toEqual({ mean: 500, worst: { day, rate: 500 } });
});

test('a day whose data name no host is in no rate', () => {
  const [first, second] = [at('2026-11-20T00:00:00Z'), at('2026-11-21T00:00:00Z')];
  const found = [notified('2026-11-20T05:00:00Z', hour), notified('2026-11-21T05:00:00Z', hour)];
  const days = daysOf(found, new Map([[first, 10]]), span);
  expect(days.map(({ day, hosts }) => [day, hosts])).toEqual([
    [first, 10],
    [second, 0],
  ]);
  expect(perThousandOf(days)).toEqual({ mean: 100, worst: { day: first, rate: 100 } });
  expect(perThousandOf(days.slice(1))).toBeNull();
});
