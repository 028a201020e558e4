import { expect, test } from 'vitest';
import { asTable, cellText, columnsOf, shownFirst } from './columns.ts';

test('columns stand in a useful order, and none is lost', () => {
  const columns = columnsOf([
    { Odd: 1, BytesSent: 2 },
    { Timestamp: 'x', Other: null },
  ]);
  expect(columns).toEqual(['Timestamp', 'BytesSent', 'Odd', 'Other']);
  expect(shownFirst(columns)).toEqual(['Timestamp', 'BytesSent']);
});

test.each([
  ['BytesSent', 52_428_800, '50.0 MiB'],
  ['BytesSent', '9007199254740993', '8.0 PiB'],
  ['BytesSent', null, '–'],
  ['BytesSent', 0, '0 B'],
  ['Timestamp', '2026-03-12T01:07:14.1234567Z', '2026-03-12 01:07:14'],
  ['RemotePort', 443, '443'],
  ['AdditionalFields', { a: 1 }, '{"a":1}'],
  ['AccountName', '', '–'],
])('%s %s is shown as %s', (name, value, text) => expect(cellText(name, value)).toBe(text));

test('what is copied is no formula, and stays in its cell', () => {
  const rows = [{ a: '=cmd|calc', b: 'two\tcells\nof two', c: -5, d: null }];
  expect(asTable(['a', 'b', 'c', 'd'], rows)).toBe("a\tb\tc\td\n'=cmd|calc\ttwo cells of two\t-5\t");
});
