import { expect, it } from 'vitest';
import { Unquotable } from '../quote.ts';
import { identifier, literal } from './quote.ts';

it.each([
  ['plain', `'plain'`],
  [`it's`, `'it\\'s'`],
  ['\\d', `'\\\\d'`],
  ['a\0b', `'a\\0b'`],
])('quotes the text %j', (text, sql) => {
  expect(literal(text)).toBe(sql);
});

it.each([
  ['plain', '"plain"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
])('quotes the name %j', (name, sql) => {
  expect(identifier(name)).toBe(sql);
});

it('refuses what no SQL text can carry', () => {
  for (const bad of ['\ud800', 'x\udc00']) {
    expect(() => literal(bad)).toThrow(Unquotable);
    expect(() => identifier(bad)).toThrow(Unquotable);
  }
  expect(() => identifier('')).toThrow(Unquotable);
  expect(() => identifier('a\0b')).toThrow(Unquotable);
});
