import fc from 'fast-check';
import { expect, test } from 'vitest';
import { usualOf } from './usual.ts';

const day = (bytesSent: bigint | null) => ({
  day: 0n,
  bytesSent,
  connections: 1,
  bytesKnown: bytesSent === null ? 0 : 1,
});

test('the usual is of days whose bytes are known, and is learnt from fourteen on', () => {
  expect(usualOf([])).toEqual({ days: 0, median: null, p90: null, isLearning: true });
  expect(usualOf([day(null), day(7n)])).toEqual({ days: 1, median: 7n, p90: 7n, isLearning: true });
  const ten = [100n, 20n, 30n, 40n, 50n, 60n, 70n, 80n, 90n, 10n].map(day);
  expect(usualOf(ten)).toEqual({ days: 10, median: 55n, p90: 90n, isLearning: true });
  expect(usualOf([...ten, ...ten.slice(0, 4)]).isLearning).toBe(false);
});

test('no more than a tenth of the days pass the 90th percentile, and half do not pass the median', () =>
  fc.assert(
    fc.property(fc.array(fc.bigInt(0n, 1n << 62n), { minLength: 1, maxLength: 40 }), (sent) => {
      const { median, p90 } = usualOf(sent.map(day));
      const passing = (most: bigint | null) => sent.filter((n) => n > (most ?? 0n)).length;
      expect(passing(p90)).toBeLessThanOrEqual(sent.length / 10);
      expect(passing(median)).toBeLessThanOrEqual(sent.length / 2);
    }),
    { numRuns: 200 },
  ));
