import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { withScratchLake } from '../../detect/scratchLake.ts';
import { isAddress } from './address.ts';

const isOne = (texts: readonly string[]): Promise<boolean[]> =>
  withScratchLake(async ({ engine }) => {
    const rows = await engine.rows<{ is: boolean }>(
      `SELECT ${isAddress('text')} AS "is" FROM (SELECT unnest($texts::VARCHAR[]) AS text)`,
      { texts: `[${texts.map((text) => `"${text}"`).join(', ')}]` },
    );
    return rows.map((row) => row.is);
  });

test('what looks like an address is one, as a library reads it', async () => {
  const group = fc.constantFrom('0', 'a', 'ff', '1', 'dead', '12345', '');
  const parts = fc.array(group, { minLength: 1, maxLength: 9 }).map((groups) => groups.join(':'));
  const texts = [
    ...fc.sample(parts, { numRuns: 2000, seed: 7 }),
    ...[
      '::',
      '1::',
      '::1',
      '1::2::3',
      ':::',
      '1:2:3:4:5:6:7::',
      '::2:3:4:5:6:7:8',
      '1:2:3:4:5:6:7:8',
      '1:2:3:4::5:6:7:8',
    ],
    ...['1.2.3.4', '1.2.3', '256.1.1.1', '1.2.3.4.5', '00:11:22:33:44:55', '', 'fe80::1%eth0'],
  ];
  const known = texts.map(
    (text) => !text.includes('%') && (ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)),
  );
  const said = await isOne(texts);
  expect(texts.filter((_, n) => said[n] !== known[n])).toEqual([]);
  expect(known.filter(Boolean).length).toBeGreaterThan(100);
});
