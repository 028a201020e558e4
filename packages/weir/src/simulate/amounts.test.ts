import { expect, test } from 'vitest';
import { readAmount } from './amounts.ts';

test.each([
  ['size', '300 B', 300],
  ['size', '20KB', 20_000],
  ['size', '1.5 GB', 1_500_000_000],
  ['size', '1 MiB', 1_048_576],
  ['duration', '200ms', 200_000],
  ['duration', '5m', 300_000_000],
  ['count', '12', 12],
] as const)('%s %s', (kind, text, amount) => {
  expect(readAmount(kind, text)).toBe(amount);
});

test.each([
  ['size', '20'],
  ['size', '-1 KB'],
  ['size', '5m'],
  ['size', '1 TB'],
  ['duration', '5 MB'],
  ['duration', '1d'],
  ['count', '0'],
  ['count', '1.5'],
] as const)('%s is not %s', (kind, text) => {
  expect(readAmount(kind, text)).toBeUndefined();
});
