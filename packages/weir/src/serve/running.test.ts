import { expect, test } from 'vitest';
import { Health } from '../operate/health.ts';
import { Running } from './running.ts';

test('a part that ends is told, and neither ends the process nor the others', async () => {
  const health = new Health({ now: () => 7n, sleep: async () => undefined });
  const told: unknown[] = [];
  const running = new Running(health, { error: (what: object) => void told.push(what) });
  const error = new Error('no space left');
  running.add('rules', Promise.reject(error));
  const other = Promise.withResolvers<void>();
  running.add('fusion', other.promise);
  // An unhandled rejection would fail the run here.
  await new Promise(setImmediate);
  expect(told).toEqual([{ part: 'rules', error }]);
  expect([...health.parts.keys()]).toEqual(['rules']);
  expect(health.parts.get('rules')).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('no space left'),
  });
  let ended = false;
  const all = running.ended().then(() => {
    ended = true;
  });
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  other.resolve();
  await all;
});
