import { expect, test } from 'vitest';
import { cellText, exact } from '../hunt/cells.ts';
import { asCsv, asJson } from '../hunt/export.ts';
import { harmless } from './harmless.ts';
import { parsed } from './whole.ts';

const dynamic = { name: 'More', type: 'dynamic' };

test.each([
  '{"big":9007199254740993,"deep":[-9223372036854775808,{"a":18446744073709551615}]}',
  '9007199254740993',
  '[9007199254740991,-9007199254740991,1,0.1234567890123456,"9007199254740993"]',
])('%s keeps every digit, shown, copied and saved', (text) => {
  const value = harmless(parsed(text));
  expect(exact(value)).toBe(text);
  expect(cellText(dynamic, value)).toBe(text);
  expect(asJson([dynamic], [[value]])).toContain(`\n[${text}]\n`);
  expect(asCsv([dynamic], [[value]]).replaceAll('""', '"')).toContain(text);
});

test('what a double holds stays a number', () => {
  expect(parsed('{"n":9007199254740991,"real":1e300,"more":1234567890123456.5}')).toEqual({
    ...{ n: 9007199254740991, real: 1e300, more: 1234567890123456.5 },
  });
  expect(() => parsed('{"n":9007199254740993')).toThrow(SyntaxError);
});
