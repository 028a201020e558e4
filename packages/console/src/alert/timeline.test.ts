import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timelineOf } from './timeline.ts';

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().replace('Z', '0000Z');
const noon = Date.parse('2026-03-12T12:00:00Z');

test('bytes are spread over their connection, and what is unknown is counted and not drawn', () => {
  const timeline = timelineOf([
    { Timestamp: iso(noon), End: iso(noon + 120_000), BytesSent: 1_000 },
    { Timestamp: iso(noon + 60_000), End: iso(noon + 60_000), BytesSent: '500' },
    { Timestamp: iso(noon + 3_000_000), BytesSent: null },
  ]);
  expect(timeline?.width).toBe(60_000);
  const { bins = [] } = timeline ?? {};
  expect(bins.slice(0, 3).map(({ sent }) => sent)).toEqual([500, 1_000, 0]);
  expect(bins.map(({ unknown }) => unknown).filter((n) => n > 0)).toEqual([1]);
  expect(bins.at(-1)).toMatchObject({ from: noon + 3_000_000, sent: 0, unknown: 1 });
});

test('rows without a time draw nothing', () => {
  expect(timelineOf([])).toBeUndefined();
  expect(timelineOf([{ BytesSent: 1 }])).toBeUndefined();
});

test('law: no byte and no connection is lost, in at most sixty bins', () => {
  const row = fc.record({
    at: fc.integer({ min: 0, max: 40 * 86_400_000 }),
    lasts: fc.integer({ min: 0, max: 86_400_000 }),
    sent: fc.option(fc.integer({ min: 0, max: 1e9 })),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
      const timeline = timelineOf(
        rows.map(({ at, lasts, sent }) => ({
          Timestamp: iso(noon + at),
          End: iso(noon + at + lasts),
          BytesSent: sent,
        })),
      );
      const { bins = [] } = timeline ?? {};
      const known = rows.reduce((sum, { sent }) => sum + (sent ?? 0), 0);
      expect(bins.length).toBeLessThanOrEqual(60);
      expect(bins.reduce((sum, { sent }) => sum + sent, 0)).toBeCloseTo(known, 0);
      expect(bins.reduce((sum, { unknown }) => sum + unknown, 0)).toBe(rows.filter(({ sent }) => sent === null).length);
    }),
    { numRuns: 100 },
  );
});
