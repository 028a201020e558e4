import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../store/store.ts';
import { Book } from './live.fixture.ts';
import { SourceWatch, troubledSources } from './sources.ts';

const minute = 600_000_000n;
const hour = 60n * minute;
const day = 24n * hour;
const start = 739_000n * day;

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-sources-'));
  store = Store.open(join(folder, 'weir.db'));
});
afterEach(async () => {
  store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Looks every `step`; `sends` says when the source does, and `late` how old its records are. */
function watched(
  days: number,
  sends: (now: bigint) => boolean,
  {
    listening = start,
    from = start,
    late = () => 0n,
    step = 5n * minute,
  }: { listening?: bigint; from?: bigint; late?: (now: bigint) => bigint; step?: bigint } = {},
) {
  const book = new Book();
  const watch = new SourceWatch(store, listening, book.apply);
  let lastAt = from;
  let newest = from;
  for (let now = from; now < from + BigInt(days) * day; now += step) {
    if (sends(now)) [lastAt, newest] = [now, now - late(now)];
    watch.look([{ source: 'zeek-1', lastAt, newest }], now);
  }
  return book;
}

const workdays = (now: bigint) => {
  const [weekday, time] = [(now / day) % 7n, now % day];
  return weekday < 5n && time >= 8n * hour && time < 18n * hour;
};

test('a source that stops is told once, and not any more when it sends again', () => {
  const stops = start + 10n * day + hour;
  const book = watched(12, (now) => now < stops || now > stops + 3n * hour);
  expect(book.told.map(({ findings, because }) => [findings.map(({ finding }) => finding.title), because])).toEqual([
    [['zeek-1 has sent nothing for 20 min'], 'it sends again'],
    [[], 'it sends again'],
  ]);
  expect(book.told[1]?.judged).toEqual([book.told[0]?.findings[0]?.finding.id]);
  expect(book.findings.size).toBe(0);
});

test('nights and weekends are learned in the first weeks, and a workday of silence is told', () => {
  const stops = start + 46n * day;
  const { told } = watched(60, (now) => workdays(now) && now < stops, { step: hour });
  const [only, ...more] = told.filter(({ at }) => at > start + 14n * day);
  expect(more).toEqual([]);
  expect(Number(((only?.at ?? 0n) - stops) / day)).toBeLessThan(10);
  expect(only?.findings).toHaveLength(1);
});

test('a source that has never paused is told after a quarter of an hour; in its first week after a day', () => {
  expect(watched(3, (now) => now < start + day).told.map(({ at }) => (at - start - day) / hour)).toEqual([24n]);
});

test('time in which nobody listened is nobody’s silence', () => {
  watched(10, () => true, { step: hour });
  const again = start + 20n * day;
  const book = new Book();
  const watch = new SourceWatch(store, again, book.apply);
  watch.look([{ source: 'zeek-1', lastAt: start + 10n * day, newest: null }], again + minute);
  expect(book.told).toEqual([]);
  watch.look([{ source: 'zeek-1', lastAt: start + 10n * day, newest: null }], again + 5n * hour);
  expect(book.told).toHaveLength(1);
});

test('what is loaded once, or twice, is not used to send', () => {
  const times = [start, start + 7n * day];
  const loads = (now: bigint) => times.some((time) => now >= time && now < time + 3n * hour);
  expect(watched(20, loads).told).toEqual([]);
});

test('a source that was told as silent is so after a restart, and is forgotten in the end, but not its alert', () => {
  const book = watched(12, (now) => now < start + 10n * day);
  expect(book.findings.size).toBe(1);
  const lastAt = start + 10n * day;
  const again = start + 13n * day;
  const watch = new SourceWatch(store, again, book.apply);
  const looked = (now: bigint) => watch.look([{ source: 'zeek-1', lastAt: lastAt - 5n * minute, newest: null }], now);
  expect(looked(again)).toEqual([]);
  expect(looked(lastAt + 28n * day)).toEqual([]);
  expect(troubledSources(store)).toEqual(new Map([['zeek-1', 'silent']]));
  expect(looked(lastAt + 28n * day + hour)).toEqual(['zeek-1']);
  expect(troubledSources(store)).toEqual(new Map());
  expect(book.told).toHaveLength(1);
  watch.look([{ source: 'zeek-1', lastAt: lastAt + 40n * day, newest: null }], lastAt + 40n * day);
  expect(book.told).toHaveLength(1);
});

test('records that become old on their way are told', () => {
  const from = start + 10n * day;
  const book = watched(12, () => true, { late: (now) => (now > from ? 3n * hour : minute), step: hour / 2n });
  expect(book.told.flatMap(({ findings }) => findings.map(({ finding }) => finding.title))).toEqual([
    'what zeek-1 sends is 3 h old when it comes',
  ]);
});
