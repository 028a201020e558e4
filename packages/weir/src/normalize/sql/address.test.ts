import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, test } from 'vitest';
import { withScratchLake } from '../../detect/scratchLake.ts';
import { isAddress, isInside, normalAddress } from './address.ts';

const all = <Answer>(of: (text: string) => string, texts: readonly string[]): Promise<Answer[]> =>
  withScratchLake(async ({ engine }) => {
    const rows = await engine.rows<{ answer: Answer }>(
      `SELECT ${of('text')} AS answer FROM (SELECT unnest($texts::VARCHAR[]) AS text)`,
      { texts: `[${texts.map((text) => `"${text}"`).join(', ')}]` },
    );
    return rows.map(({ answer }) => answer);
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
    ...[
      '1.2.3.4',
      '1.2.3',
      '256.1.1.1',
      '1.2.3.4.5',
      '00:11:22:33:44:55',
      ':::',
      '1:::2',
      '1::2::',
      ':1::2',
      '1::2:',
      '::1::',
      '1:2:3:4:5:6:7::',
      '1:2:3:4:5:6:7:8::',
      '1:2:3::4:5:6:7:8',
      '',
      'fe80::1%eth0',
    ],
  ];
  const known = texts.map(
    (text) => !text.includes('%') && (ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)),
  );
  const said = await all<boolean>(isAddress, texts);
  expect(texts.filter((_, n) => said[n] !== known[n])).toEqual([]);
  expect(known.filter(Boolean).length).toBeGreaterThan(100);
});

test('an address has one spelling, as a library writes it', async () => {
  const group = fc.constantFrom('0', '0', '0', '1', '00ab', 'Ffff', 'ffff', 'dead', '0000');
  const parts = fc.array(group, { minLength: 0, maxLength: 8 }).map((groups) => groups.join(':'));
  const written = fc.oneof(
    fc.tuple(parts, parts).map(([left, right]) => `${left}::${right}`),
    fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
    fc.tuple(parts, fc.ipV4()).map(([left, tail]) => `64:${left}::${tail}`),
    fc.ipV6().filter((text) => !text.includes('.')),
    fc.ipV4(),
  );
  const texts = [
    ...fc.sample(written, { numRuns: 4000, seed: 11 }),
    ...[
      '::',
      '::1',
      '1::',
      '1:2:3:4:5:6::',
      '::1:2:3:4:5:6',
      '1:2:3:4:5::6:7',
      '::ffff:0:1',
      '0:0:1:2:3:4:5:6',
      '::ffff:1',
      '1::0',
      '0::1',
    ],
    ...[
      'fe80::1%eth0',
      '2001:db8::1:0:0:1',
      '::ffff:1.2.3.4',
      '::1.2.3.4.5',
      '::1.2.3',
      '00:11:22:33:44:55',
      ':::',
      '1:::2',
      '1::2::',
      ':1::2',
      '1::2:',
      '::1::',
      '1:2:3:4:5:6:7::',
      '1:2:3:4:5:6:7:8::',
      '1:2:3::4:5:6:7:8',
      '',
    ],
  ];
  const normal = (text: string): string => {
    const [bare = ''] = text.split('%');
    // The library takes a tail of four numbers only where it knows what it is for.
    if (!ipaddr.IPv6.isValid(bare) || !text.includes(':')) return text;
    const address = ipaddr.IPv6.parse(bare);
    return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
  };
  const said = await all<string>(normalAddress, texts);
  expect(texts.flatMap((text, n) => (said[n] === normal(text) ? [] : [[text, said[n], normal(text)]]))).toEqual([]);
});

test('inside are the ranges that a library knows as such', async () => {
  const inside = new Set(['private', 'carrierGradeNat', 'linkLocal', 'loopback', 'uniqueLocal']);
  const edges = [
    '9.255.255.255',
    '10.0.0.0',
    '11.0.0.0',
    '100.63.0.1',
    '100.64.0.1',
    '100.127.0.1',
    '100.128.0.1',
    '172.15.0.1',
  ];
  const more = [
    '172.16.0.1',
    '172.31.0.1',
    '172.32.0.1',
    '192.167.0.1',
    '192.168.0.1',
    '192.169.0.1',
    '126.0.0.1',
    '127.0.0.1',
    '128.0.0.1',
  ];
  const six = [
    '::1',
    '::2',
    'fbff::1',
    'fc00::1',
    'fdff::1',
    'fe00::1',
    'fe7f::1',
    'fe80::1',
    'febf::1',
    'fec0::1',
    '2001:db8::1',
  ];
  const texts = [
    ...edges,
    ...more,
    '169.253.0.1',
    '169.254.0.1',
    '169.255.0.1',
    ...six,
    ...fc.sample(fc.ipV4(), { numRuns: 500, seed: 3 }),
  ];
  const said = await all<boolean>(isInside, texts);
  expect(texts.filter((text, n) => said[n] !== inside.has(ipaddr.parse(text).range()))).toEqual([]);
});
