import { describe, expect, it } from 'vitest';
import { ticksPerDay } from '../types.ts';
import { datetime, literalValue, timespan } from './literals.ts';

describe('literals', () => {
  it.each([
    ['LongLiteralExpression', '0x1F', 31n],
    ['LongLiteralExpression', 'long(-5)', -5n],
    ['LongLiteralExpression', 'long(null)', null],
    ['LongLiteralExpression', '9223372036854775807', 2n ** 63n - 1n],
    ['LongLiteralExpression', '9223372036854775808', undefined],
    ['IntLiteralExpression', 'int(2147483648)', undefined],
    ['RealLiteralExpression', '1.5e-3', 0.0015],
    ['RealLiteralExpression', 'real(nan)', Number.NaN],
    ['RealLiteralExpression', 'real(-inf)', Number.NEGATIVE_INFINITY],
    ['RealLiteralExpression', 'real(one)', undefined],
    ['DecimalLiteralExpression', 'decimal(1.20)', '1.20'],
    ['BooleanLiteralExpression', 'TRUE', true],
    ['BooleanLiteralExpression', 'bool(0)', false],
    ['GuidLiteralExpression', 'guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642)', '74be27de-1e4e-49d9-b579-fe0b331d3642'],
    ['GuidLiteralExpression', 'guid(74be27de)', undefined],
  ])('%s %s', (kind, text, value) => {
    expect(literalValue(kind, text)).toEqual(value);
  });

  it.each([
    ['0001-01-01', 0n],
    ['1970-01-01', 621_355_968_000_000_000n],
    ['2026-01-02 03:04:05.1234567', 639_029_198_451_234_567n],
    ['2026-01-02T03:04:05.1Z', 639_029_198_451_000_000n],
    ['2026-01-02T05:04:05.1+02:00', 639_029_198_451_000_000n],
    ['1/2/2026', 639_029_088_000_000_000n],
    ['2 Jan 2026 00:00:01', 639_029_088_010_000_000n],
    ['9999-12-31 23:59:59.9999999', 3_155_378_975_999_999_999n],
    ['2026-02-30', undefined],
    ['2026-01-02 24:00', undefined],
    ['2026-01-02 03:04:05.12345678', undefined],
    ['0001-01-01T00:00+01:00', undefined],
    ['tomorrow', undefined],
  ])('datetime %s', (text, ticks) => {
    expect(datetime(text)).toBe(ticks);
  });

  it.each([
    ['1d', ticksPerDay],
    ['1.5h', 54_000_000_000n],
    ['-2ms', -20_000n],
    ['1tick', 1n],
    ['3', 3n * ticksPerDay],
    ['1.02:03:04.5', ticksPerDay + 73_845_000_000n],
    ['-00:01', -600_000_000n],
    ['25:00', undefined],
    ['1 fortnight', undefined],
    ['100ns', undefined],
  ])('timespan %s', (text, ticks) => {
    expect(timespan(text)).toBe(ticks);
  });
});
