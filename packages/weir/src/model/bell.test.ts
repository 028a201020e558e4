import { expect, test } from 'vitest';
import { Bell } from './bell.ts';
import type { Clock } from './clock.ts';

const never = new AbortController().signal;

/** A clock in which waiting ends when it is told to, and not by itself. */
function stopped() {
  const sleeping: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0n,
    sleep: (_, signal) =>
      new Promise((done, failed) => {
        sleeping.push(done);
        signal?.addEventListener('abort', () => failed(signal.reason));
      }),
  };
  return { clock, sleeping };
}

test('who waits is woken, each that listens', async () => {
  const { clock } = stopped();
  const bell = new Bell();
  const both = [bell.listen(), bell.listen()].map((listener) => listener.wait(clock, 1n, never));
  bell.ring();
  await Promise.all(both);
});

test('what rings while nobody waits is heard once', async () => {
  const { clock, sleeping } = stopped();
  const bell = new Bell();
  const listener = bell.listen();
  bell.ring();
  bell.ring();
  await listener.wait(clock, 1n, never);
  expect(sleeping).toEqual([]);
  const waiting = listener.wait(clock, 1n, never);
  expect(sleeping).toHaveLength(1);
  sleeping[0]?.();
  await waiting;
});

test('waiting ends with the signal, whose reason it throws', async () => {
  const { clock } = stopped();
  const ending = new AbortController();
  const waiting = new Bell().listen().wait(clock, 1n, ending.signal);
  ending.abort(new Error('over'));
  await expect(waiting).rejects.toThrow('over');
});
