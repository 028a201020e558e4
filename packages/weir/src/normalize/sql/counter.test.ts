import { expect, test } from 'vitest';
import { withScratchLake } from '../../detect/scratchLake.ts';
import { counter, figure, scaledCounter } from './counter.ts';

const said = {
  '5': 5n,
  '9999999999999999': 9_999_999_999_999_999n,
  '10000000000000000': null,
  '9223372036854775807': null,
  '18446744073709551615': null,
  '0': 0n,
};

test.each([
  ['a counter', counter, { ...said, '-1': -1n, '-9223372036854775808': -1n, many: -1n, '1e30': -1n }],
  ['a scaled counter', scaledCounter, { ...said, '6.4 M': 6_400_000n, '99999 T': null, '-1': -1n }],
  ['a figure', figure, { ...said, '-1': -1n, '-9223372036854775808': null, many: null, '1e30': null }],
])('%s is unknown where no connection has so many bytes', async (_, of, expected) => {
  await withScratchLake(async ({ engine }) => {
    const rows = await engine.rows<{ text: string; n: bigint | null }>(
      `SELECT text, ${of('text')} AS n FROM (SELECT unnest($texts::VARCHAR[]) AS text)`,
      { texts: JSON.stringify(Object.keys(expected)) },
    );
    expect(Object.fromEntries(rows.map(({ text, n }) => [text, n]))).toEqual(expected);
  });
});
