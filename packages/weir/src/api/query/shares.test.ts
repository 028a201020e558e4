import { expect, test } from 'vitest';
import { Shares } from './shares.ts';

test('who asks one query after another stands behind whoever has waited since', () => {
  const shares = new Shares();
  const once = (who: string) => {
    shares.begin(who);
    shares.end(who);
  };
  const nextOf = (...waiting: readonly string[]) => shares.next(waiting.map((who) => ({ who })))?.who;
  once('b');
  expect(nextOf('b', 'c')).toBe('c');
  once('c');
  expect(nextOf('b', 'd')).toBe('d');
  once('d');
  expect(nextOf('b', 'c')).toBe('b');
});
