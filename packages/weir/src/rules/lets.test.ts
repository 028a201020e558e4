import { expect, test } from 'vitest';
import { letsFor, letsOf } from './lets.ts';

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

test('nor do those in the braces of a function, and in texts of several lines', () => {
  expect(letsOf('let F = (a: long) { let B = a; B }; T | where F(1) == 1')).toBe('let F = (a: long) { let B = a; B };');
  expect(letsOf('let A = ```x;\ny```; T')).toBe('let A = ```x;\ny```;');
  expect(letsOf("let A = dynamic({'a;}': 1}); T")).toBe("let A = dynamic({'a;}': 1});");
});

test('of lets stay those that a text names, by way of others too, in their order', () => {
  const query = 'let A = 1;\nlet B = A + 1;\n// C; is\nlet C = 3;let Ab = 4; T | where x == B + C + Ab';
  expect(letsFor(query, 'y == B')).toBe('let A = 1;\nlet B = A + 1;');
  expect(letsFor(query, 'y == C')).toBe('\n// C; is\nlet C = 3;');
  expect(letsFor(query, 'y == "other"')).toBe('');
  expect(letsFor(query, 'y in (A, Ab)')).toBe('let A = 1;let Ab = 4;');
});

test('a function goes whole, and what is no let of a plain name stays', () => {
  const query = "declare query_parameters(p: long = 1);let F = (a: long) { let B = a; B };let ['G h'] = 2; T";
  expect(letsFor(query, 'y == 1')).toBe("declare query_parameters(p: long = 1);let ['G h'] = 2;");
  expect(letsFor(query, 'y == F(1)')).toBe(letsOf(query));
});
