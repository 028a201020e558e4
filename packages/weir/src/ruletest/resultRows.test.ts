import type { Column } from '@weir/kql/types';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { onlyOne, rowText } from './resultRows.ts';

const columns: Column[] = [
  { name: 'Host', type: 'string' },
  { name: 'At', type: 'datetime' },
  { name: 'Sent', type: 'long' },
  { name: 'Share', type: 'real' },
  { name: 'Known', type: 'bool' },
  { name: 'Paths', type: 'dynamic' },
  { name: 'Id', type: 'guid' },
];

it('reads a row of DuckDB and the same of ClickHouse as the same', () => {
  const id = 'AE3133F2-6E22-49ae-b06a-16e6a9b212eb';
  const ours = ['a "b"', 639_028_224_000_000_000n, 9_007_199_254_740_993n, 0.1 + 0.2, true, '{"b":[2,1],"a":null}', id];
  const theirs = [
    'a "b"',
    '639028224000000000',
    '9007199254740993',
    0.3,
    true,
    '{"a":null,"b":[1,2]}',
    id.toLowerCase(),
  ];
  expect(rowText(columns, ours)).toBe(
    'Host: "a \\"b\\"", At: 2026-01-01T00:00:00.0000000Z, Sent: 9007199254740993, Share: 0.3, Known: true, ' +
      'Paths: {"a":null,"b":[1,2]}, Id: ae3133f2-6e22-49ae-b06a-16e6a9b212eb',
  );
  expect(rowText(columns, theirs)).toBe(rowText(columns, ours));
});

it('tells nulls, numbers that are not finite, and whole numbers that no double holds', () => {
  const of = (type: Column['type'], value: unknown) => rowText([{ name: 'x', type }], [value]);
  expect(of('long', null)).toBe('x: null');
  expect(of('string', null)).toBe('x: ""');
  expect([of('real', Number.NaN), of('real', 'nan'), of('real', '-inf')]).toEqual(['x: NaN', 'x: NaN', 'x: -Infinity']);
  expect(of('dynamic', '[9007199254740993]')).not.toBe(of('dynamic', '[9007199254740992]'));
  expect(of('dynamic', '[NaN]')).toBe('x: "[NaN]"');
});

it('law: what only one of two lists has, in neither order', () => {
  const texts = fc.array(fc.constantFrom('a', 'b', 'c'));
  fc.assert(
    fc.property(texts, texts, texts, (both, one, other) => {
      const [left, right] = onlyOne([...both, ...one], [...other, ...both]);
      expect(onlyOne([...one, ...both], [...both, ...other])).toEqual([left, right]);
      expect([...left, ...other].sort()).toEqual([...right, ...one].sort());
      expect(left.filter((text) => right.includes(text))).toEqual([]);
    }),
  );
});
