import { expect, test } from 'vitest';
import { Revisit } from './revisit.ts';

const hour = 36_000_000_000n;

test('what a look leaves behind is looked at again after ever longer pauses, and what comes later an hour later', () => {
  let now = 0n;
  const revisit = new Revisit(now);
  const pauses = (times: number, isLeft: () => boolean) =>
    Array.from({ length: times }, () => {
      const since = now;
      while (!revisit.isDue(now, isLeft)) now += hour;
      expect(revisit.limit * 60n).toBe(now - since);
      revisit.looked(now, isLeft());
      return (now - since) / hour;
    });
  expect(pauses(7, () => true)).toEqual([1n, 2n, 4n, 8n, 16n, 24n, 24n]);
  let asked = 0;
  const isLeft = () => asked++ === 0;
  expect(pauses(1, isLeft)).toEqual([24n]);
  now += 100n * hour;
  expect(revisit.isDue(now, () => true)).toBe(false);
  revisit.begin(now);
  expect(pauses(2, () => true)).toEqual([1n, 2n]);
});
