import { ticksPerDay, unixEpochTicks } from '@weir/kql/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksToIso } from '../report/format.ts';
import { parseMoment } from './time.ts';

describe('parseMoment', () => {
  it.each([
    ['2026-03-12', '2026-03-12T00:00:00.0000000Z'],
    ['2026-03-12T10:00', '2026-03-12T10:00:00.0000000Z'],
    [' 2026-03-12 10:00:05.12 ', '2026-03-12T10:00:05.1200000Z'],
    ['2026-03-12T10:00:00.1234567Z', '2026-03-12T10:00:00.1234567Z'],
    ['2026-03-12T10:00+01:00', '2026-03-12T09:00:00.0000000Z'],
    ['2026-03-12T00:30-0530', '2026-03-12T06:00:00.0000000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.0000000Z'],
  ])('%j is %s', (text, iso) => expect(ticksToIso(parseMoment(text, '--now'))).toBe(iso));

  it.each([
    '',
    'yesterday',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-03-12T25:00',
    '12.3.2026',
    '2026-03-12T10',
  ])('%j is refused', (text) => expect(() => parseMoment(text, '--as-of')).toThrow(/is not a moment/));

  it('reads back what is printed', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 200n * 365n * ticksPerDay), (ticks) => {
        expect(parseMoment(ticksToIso(unixEpochTicks + ticks), '--now')).toBe(unixEpochTicks + ticks);
      }),
    );
  });
});
