import { expect, it } from 'vitest';
import { bracketDepth } from './depth.ts';

it.each([
  ['SELECT 1', 0],
  ['f(g(1), (2))', 2],
  [`'((' || "((" || (1)`, 1],
  [`'it''s (' || (1)`, 1],
])('the brackets of %s are %i deep', (sql, depth) => {
  expect(bracketDepth(sql)).toBe(depth);
});
