import { expect, test } from 'vitest';
import { parseSearch, stringifySearch } from '../addresses.ts';
import type { Hunts } from '../api/types.ts';
import { huntOfSearch, type Opened, searchOfHunt } from './opened.ts';
import { rangeInWords, readHuntSearch } from './search.ts';

const all: Hunts = {
  hunts: ['beacons', '7'].map((name) => ({
    ...{ name, title: name, hypothesis: '', techniques: [], needs: [], query: '', reading: '', benign: '' },
  })),
  saved: [7, 12].map((id) => ({
    ...{ id, name: `hunt ${id}`, hypothesis: '', reading: '', query: '', range: '7d', owner: 'ada', by: 'ada' },
    ...{ revision: 1, changed: '2026-03-01T00:00:00.0000000Z' },
  })),
};

test('each hunt has an address of its own, which leads back to it', () => {
  const every: Opened[] = [
    ...all.hunts.map((hunt) => ({ kind: 'shipped' as const, hunt })),
    ...all.saved.map((hunt) => ({ kind: 'saved' as const, hunt })),
  ];
  const addresses = every.map((each) => stringifySearch({ ...searchOfHunt(each) }));
  expect(new Set(addresses).size).toBe(every.length);
  expect(addresses.map((address) => huntOfSearch(readHuntSearch(parseSearch(address)), all))).toEqual(every);
});

test('an address that names none, or one that is gone, opens none', () => {
  for (const address of ['', '?saved=13', '?saved=0', '?saved=7x', '?hunt=12', '?saved=7&saved=12'])
    expect(huntOfSearch(readHuntSearch(parseSearch(address)), all)).toBeUndefined();
});

test('a time is told in words', () => {
  expect(['', '7d', '2026-03-01T10:00Z/2026-03-02T10:00Z'].map(rangeInWords)).toEqual([
    ...['As the query says', 'Last 7 days', 'From 2026-03-01 10:00Z until 2026-03-02 10:00Z UTC'],
  ]);
});
