import { expect, test } from 'vitest';
import { Health } from './health.ts';

function health() {
  let now = 100n;
  return {
    health: new Health({ now: () => now, sleep: async () => undefined }),
    at: (ticks: bigint) => {
      now = ticks;
    },
  };
}

test('a part keeps the moment since when it is as it is, and the reason that it last gave', () => {
  const { health: parts, at } = health();
  parts.report('rule large-upload', 'failed', 'out of memory');
  at(200n);
  parts.report('rule large-upload', 'failed', 'still out of memory');
  expect(parts.parts.get('rule large-upload')).toEqual({ state: 'failed', reason: 'still out of memory', since: 100n });
  parts.report('rule large-upload', 'ok', 'ignored');
  expect(parts.parts.get('rule large-upload')).toEqual({ state: 'ok', reason: '', since: 200n });
});

test('the whole is as the worst part is; only vital parts take the readiness away', () => {
  const { health: parts } = health();
  expect(parts.ready).toBe(false);
  parts.setReady(true);
  parts.report('destination mail', 'failed', 'refused');
  parts.report('journal', 'degraded', 'nearly full');
  expect([parts.state, parts.ready]).toEqual(['failed', true]);
  parts.forget('destination mail');
  expect([parts.state, parts.ready]).toEqual(['degraded', true]);
  parts.report('journal', 'failed', 'the disk is full');
  expect(parts.ready).toBe(false);
});
