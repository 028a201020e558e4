import { maxTicks, ticksPerDay, ticksPerSecond, unixEpochTicks } from '@weir/kql/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  duration,
  knownBytes,
  minuteRange,
  percent,
  plural,
  ticksToIso,
  ticksToMinute,
  ticksToUnixMs,
  timespanText,
} from './format.ts';

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_048_575, '1.0 MiB'],
    [1_048_576, '1.0 MiB'],
    [99.9 * 1024, '99.9 KiB'],
    [99.96 * 1024, '100 KiB'],
    [1_932_735_283, '1.8 GiB'],
    [2n ** 63n - 1n, '8.0 EiB'],
  ])('%s is %s', (n, text) => expect(bytes(n)).toBe(text));

  it('never shows four digits before a unit above bytes', () => {
    fc.assert(
      fc.property(fc.bigInt(1024n, 2n ** 63n - 1n), (n) => {
        expect(Number.parseFloat(bytes(n))).toBeLessThan(1024);
      }),
    );
  });

  it('tells how much of a sum is known', () => {
    expect(knownBytes(1_932_735_283n, 210, 214)).toBe('1.8 GiB, known for 210 of 214');
    expect(knownBytes(1_932_735_283n, 214, 214)).toBe('1.8 GiB');
    expect(knownBytes(null, 0, 214)).toBe('unknown');
    expect(knownBytes(0n, 3, 3)).toBe('0 B');
  });
});

describe('times', () => {
  const night = unixEpochTicks + 1_795_478_401n * ticksPerSecond + 1_234_567n;

  it('keeps all seven decimals', () => {
    expect(ticksToIso(night)).toBe('2026-11-24T00:00:01.1234567Z');
    expect(ticksToIso(0n)).toBe('0001-01-01T00:00:00.0000000Z');
    expect(ticksToIso(maxTicks)).toBe('9999-12-31T23:59:59.9999999Z');
    expect(() => ticksToIso(maxTicks + 1n)).toThrow(RangeError);
  });

  it('ISO text is the datetime it came from', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, maxTicks), (ticks) => {
        const text = ticksToIso(ticks);
        const ms = BigInt(Date.parse(`${text.slice(0, 23)}Z`));
        expect(ms * 10_000n + unixEpochTicks + BigInt(text.slice(23, 27))).toBe(ticks);
      }),
    );
  });

  it('cuts to minutes and milliseconds', () => {
    expect(ticksToMinute(night)).toBe('2026-11-24 00:00');
    expect(ticksToUnixMs(night)).toBe(1_795_478_401_123);
    expect(minuteRange(night, night + 60n * ticksPerSecond)).toBe('2026-11-24 00:00 to 00:01');
    expect(minuteRange(night, night + ticksPerDay)).toBe('2026-11-24 00:00 to 2026-11-25 00:00');
    expect(minuteRange(night, night + 1n)).toBe('2026-11-24 00:00');
  });

  it.each([
    [0n, 'under 1 s'],
    [12n * ticksPerSecond, '12 s'],
    [9_660n * ticksPerSecond, '2 h 41 min'],
    [7200n * ticksPerSecond, '2 h'],
    [3n * ticksPerDay + 4n * 3600n * ticksPerSecond + 1n, '3 d 4 h'],
  ])('%s ticks last %s', (ticks, text) => expect(duration(ticks)).toBe(text));

  it.each([
    [0n, '00:00:00'],
    [1n, '00:00:00.0000001'],
    [-(ticksPerDay + 7_384n * ticksPerSecond + 5_000_000n), '-1.02:03:04.5000000'],
  ])('%s ticks are the timespan %s', (ticks, text) => expect(timespanText(ticks)).toBe(text));
});

describe('counts', () => {
  it('says one and many', () => {
    expect(plural(1, 'connection')).toBe('1 connection');
    expect(plural(2000n, 'connection')).toBe('2,000 connections');
    expect(plural(0, 'entry', 'entries')).toBe('0 entries');
  });

  it('never rounds to all or nothing', () => {
    expect(percent(999, 1000)).toBe('>99 %');
    expect(percent(1, 1000)).toBe('<1 %');
    expect(percent(0, 10)).toBe('0 %');
    expect(percent(10, 10)).toBe('100 %');
    expect(percent(1, 3)).toBe('33 %');
    expect(percent(0, 0)).toBe('–');
  });
});
