import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ticksOfDuration } from './duration.ts';

const hour = 36_000_000_000n;

test.each([
  ['5m', hour / 12n],
  ['1h', hour],
  ['14d', 14n * 24n * hour],
  ['30s', hour / 120n],
  ['00:05:00', hour / 12n],
  ['1.00:00:00', 24n * hour],
  ['23:59', 24n * hour - hour / 60n],
  ['PT1H', hour],
  ['PT90M', (hour * 3n) / 2n],
  ['P1D', 24n * hour],
  ['P1DT12H', 36n * hour],
])('%s', (text, ticks) => {
  expect(ticksOfDuration(text)).toBe(ticks);
});

test.each([
  '',
  '0m',
  '00:00:00',
  'PT0S',
  '5',
  '-5m',
  '5 m',
  '5M',
  '1w',
  '1.5h',
  '24:00:00',
  '00:60:00',
  'P',
  'PT',
  'P1W',
])('no duration: %s', (text) => {
  expect(ticksOfDuration(text)).toBeUndefined();
});

test('law: the three forms of one time are one duration', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(23), fc.nat(59), (days, hours, minutes) => {
      const two = (value: number) => String(value).padStart(2, '0');
      const ticks = ticksOfDuration(`${days}.${two(hours)}:${two(minutes)}:00`);
      expect(ticksOfDuration(`P${days}DT${hours}H${minutes}M`)).toBe(ticks);
      const whole = (days * 24 + hours) * 60 + minutes;
      expect(ticksOfDuration(`${whole}m`)).toBe(ticks);
    }),
  );
});
