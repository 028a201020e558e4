import { expect, it } from 'vitest';
import { lambda, once } from './values.ts';

it('computes once what is not free to repeat', () => {
  expect(once('t0."a"', '_kql_x', (x) => `${x} + ${x}`)).toBe('t0."a" + t0."a"');
  expect(once('f(t0."a")', '_kql_x', (x) => `${x} + ${x}`)).toBe('arrayMap(_kql_x -> _kql_x + _kql_x, [f(t0."a")])[1]');
});

it('gives a lambda around another one a parameter of its own', () => {
  const inner = (x: string) => `arrayMap(${lambda('_kql_x', (y) => `${x} + ${y}`)}, [1])`;
  expect(lambda('_kql_x', inner)).toBe('_kql_x2 -> arrayMap(_kql_x -> _kql_x2 + _kql_x, [1])');
});
