import { expect, test } from 'vitest';
import { Store } from '../../store/store.ts';
import type { Span } from '../snapshot.ts';
import { changedSpans, spreadOf } from './clocks.ts';
import { Remembered } from './remembered.ts';
import { dueSpan, firstDay, plan } from './settling.ts';

const hour = 36_000_000_000n;
const hours = (from: number, until: number): Span => ({ from: BigInt(from) * hour, until: BigInt(until) * hour });
const inHours = ({ from, until }: Span) => [Number(from / hour), Number(until / hour)];
const patience = { quiet: 10n, most: 100n };

test('spans that are due are settled together where they are near, or not much', () => {
  const spans = [hours(0, 1), hours(12, 13), hours(60, 61)].map((span) => ({ ...span, first: 0n, last: 0n }));
  const until = (now: bigint, fits: boolean) => dueSpan(spans, now, patience, () => fits)?.until;
  expect([until(9n, false), until(10n, false), until(10n, true)]).toEqual([undefined, 13n * hour, 61n * hour]);
  const restless = [{ ...hours(0, 1), first: 0n, last: 95n }];
  expect(dueSpan(restless, 99n, patience, () => false)).toBeUndefined();
  expect(dueSpan(restless, 100n, patience, () => false)).toMatchObject(hours(0, 1));
});

test('what is much is settled a day at a time, from where there are rows on', () => {
  expect(inHours(firstDay(hours(0, 1000), 100n * hour))).toEqual([0, 124]);
  expect(inHours(firstDay(hours(0, 110), 100n * hour))).toEqual([0, 110]);
  expect(inHours(firstDay(hours(0, 1000), undefined))).toEqual([0, 1000]);
});

test('of a span that is settled in part the rest stays unsettled', () => {
  const store = Store.open(':memory:');
  try {
    const remembered = new Remembered(store);
    remembered.unsettle([hours(0, 10), hours(20, 30), hours(40, 50)], 1n);
    remembered.settled(hours(5, 25));
    remembered.settled(hours(42, 44));
    remembered.settled(hours(44, 50));
    expect(remembered.unsettled.map(inHours)).toEqual([
      [0, 5],
      [25, 30],
      [40, 42],
    ]);
  } finally {
    store.close();
  }
});

test('around a span as many hours are read whole as clocks there put between two rows, and days for these', () => {
  const span = hours(1000, 1001);
  const right = plan(span, 0n);
  expect(inHours(right.core)).toEqual([996, 1005]);
  expect(inHours(right.load)).toEqual([991, 1010]);
  // 26 hours to either side, in whole days.
  expect([right.days.from, right.days.until]).toEqual([40n, 42n]);
  expect(inHours(right.witnesses)).toEqual([930, 1062]);
  const wrong = plan(span, 14n * hour);
  expect(inHours(wrong.core)).toEqual([982, 1019]);
  expect(inHours(wrong.load)).toEqual([963, 1038]);
});

test('two rows are as far apart as clocks are wrong to either side, and each kind of clock once more', () => {
  const clock = { device: 'd', pairs: 3n, teller: 't', other: null };
  const offsets = [
    { ...clock, day: 1n, ticks: -5n },
    { ...clock, day: 2n, ticks: 9n },
    { ...clock, day: 3n, ticks: 1000n },
  ];
  const days = { from: 1n, until: 2n };
  expect(spreadOf({ offsets }, days)).toBe(14n);
  expect(spreadOf({ offsets, sensors: [{ ...clock, day: 1n, ticks: 2n }] }, days)).toBe(16n);
  expect(spreadOf({ offsets: [...offsets, { ...clock, day: 1n, ticks: 0n, other: -8n }] }, days)).toBe(17n);
  expect(spreadOf({}, days)).toBe(0n);
});

test('rows of a day are unsettled where its clock is another, and those of the days beside it where it may lend them its own', () => {
  const day = 24n * hour;
  const clock = (ticks: bigint, pairs = 3n, other: bigint | null = null) => [
    { device: 'd', day: 10n, ticks, pairs, other },
  ];
  const days = (before: ReturnType<typeof clock>, after: ReturnType<typeof clock>) => [
    ...new Set(changedSpans(before, after, 0n).map(({ from, until }) => `${from / day} to ${until / day}`)),
  ];
  expect(days(clock(5n), clock(5n))).toEqual([]);
  expect(days(clock(5n), clock(6n))).toEqual(['9 to 11']);
  expect(days(clock(5n), clock(5n, 3n, 2n * hour))).toEqual(['9 to 11']);
  expect(days([], clock(2n * hour, 2n))).toEqual(['9 to 11']);
  expect(days([], clock(2n * hour))).toEqual(['8 to 12']);
  expect(days(clock(2n * hour), clock(2n * hour + 1n))).toEqual(['9 to 11']);
  expect(days(clock(2n * hour, 2n), clock(2n * hour))).toEqual(['8 to 12']);
});
