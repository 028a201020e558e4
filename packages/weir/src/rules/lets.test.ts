import { expect, test } from 'vitest';
import { letsOf } from './lets.ts';

test('lets end at the last semicolon before the query', () => {
  expect(letsOf('let A = 1; let B = dynamic(["x"]);\nT | where x in (B)')).toBe('let A = 1; let B = dynamic(["x"]);');
});

test('a query without lets, and one that a semicolon ends', () => {
  expect(letsOf('T | take 1')).toBe('');
  expect(letsOf('let A = 1; T | take A; // done; \n')).toBe('let A = 1;');
});

test('semicolons in strings and comments end nothing', () => {
  expect(letsOf(`let A = 1; // not; here\nT | where x in ("a;b", 'c;d', @"e\\", "f\\";g")`)).toBe('let A = 1;');
});
