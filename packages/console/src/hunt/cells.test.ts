import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellText, sortedRows, ticksOf } from './cells.ts';
import { asCsv, asJson, asTabs } from './export.ts';

const long = { name: 'n', type: 'long' };

test('longs are ordered by size with all their digits, what is not known last both ways', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))),
      fc.boolean(),
      (all, down) => {
        // As the API writes them: beyond 2^53 as texts.
        const safe = (n: bigint) => (n >= -(2n ** 53n) && n <= 2n ** 53n ? Number(n) : String(n));
        const rows = all.map((n) => [n === null ? null : safe(n)]);
        const sorted = sortedRows(rows, 0, long, down).map(([n]) => (n === null ? null : BigInt(n as string)));
        const known = all.filter((n) => n !== null).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(sorted.filter((n) => n !== null)).toEqual(down ? known.toReversed() : known);
        expect(sorted.slice(known.length).every((n) => n === null)).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

test('reals, timespans and texts have orders of their own', () => {
  const order = (type: string, values: unknown[]) =>
    sortedRows(
      values.map((value) => [value]),
      0,
      { name: 'x', type },
      false,
    ).map(([value]) => value);
  expect(order('real', ['inf', 2.5, '-inf', 10, 'NaN'])).toEqual(['-inf', 'NaN', 2.5, 10, 'inf']);
  expect(order('timespan', ['1.00:00:00', '-00:00:01', '09:00:00'])).toEqual(['-00:00:01', '09:00:00', '1.00:00:00']);
  expect(ticksOf('-1.02:03:04.0000005')).toBe(-937_840_000_005n);
  expect(order('string', ['b', 'a'])).toEqual(['a', 'b']);
});

test('unknown is a dash and never 0; a moment keeps the digits that say something', () => {
  expect(cellText(long, null)).toBe('–');
  expect(cellText(long, 0)).toBe('0');
  const moment = { name: 'At', type: 'datetime' };
  expect(cellText(moment, '2026-03-01T10:00:00.1234567Z')).toBe('2026-03-01 10:00:00.1234567');
  expect(cellText(moment, '2026-03-01T10:20:00.0000000Z')).toBe('2026-03-01 10:20:00');
});

test('what is exported is exact, and no text is a formula', () => {
  const columns = [long, { name: '@x', type: 'string' }, { name: 'more', type: 'dynamic' }];
  const rows = [
    ['9007199254740993', '=HYPERLINK("x")', { a: 1 }],
    [-5, 'two\nlines, "said"', null],
  ];
  expect(asCsv(columns, rows)).toBe(
    'n,\'@x,more\r\n9007199254740993,"\'=HYPERLINK(""x"")","{""a"":1}"\r\n-5,"two\nlines, ""said""",\r\n',
  );
  expect(JSON.parse(asJson(columns, rows))).toEqual({ columns, rows });
  expect(asTabs(columns, rows)).toBe(
    'n\t\'@x\tmore\n9007199254740993\t\'=HYPERLINK("x")\t{"a":1}\n-5\ttwo lines, "said"\t',
  );
});
