import { expect, test } from 'vitest';
import { Bell } from '../model/bell.ts';
import type { Clock } from '../model/clock.ts';
import { loop } from './loop.ts';

/** A clock whose sleeps are over at once, and written down. */
function sleeper() {
  const slept: bigint[] = [];
  const clock: Clock = {
    now: () => 0n,
    sleep: async (ticks, signal) => {
      signal?.throwIfAborted();
      slept.push(ticks);
    },
  };
  return { clock, slept };
}

test('a round that fails is told, waits longer each time, and does not end it', async () => {
  const { clock, slept } = sleeper();
  const ending = new AbortController();
  const told: unknown[] = [];
  const rounds = [true, false, new Error('one'), new Error('two'), new Error('three'), false];
  await loop(
    async () => {
      const next = rounds.shift();
      if (rounds.length === 0) ending.abort();
      if (next instanceof Error) throw next;
      return next === true;
    },
    10n,
    { clock, signal: ending.signal, onRound: (error) => told.push(error) },
    50n,
  );
  expect(slept).toEqual([10n, 20n, 40n, 50n]);
  expect(told.map((error) => (error instanceof Error ? error.message : error))).toEqual([
    undefined,
    undefined,
    'one',
    'two',
    'three',
    undefined,
  ]);
});

test('it does not begin after the signal', async () => {
  const { clock } = sleeper();
  let rounds = 0;
  await loop(
    async () => {
      rounds += 1;
      return false;
    },
    10n,
    { clock, signal: AbortSignal.abort(), onRound: () => undefined },
  );
  expect(rounds).toBe(0);
});

test('what rings while a round goes on has the next one begin when the pause since its beginning is over', async () => {
  const ending = new AbortController();
  const bell = new Bell();
  let now = 0n;
  const clock: Clock = {
    now: () => now,
    sleep: async (ticks, signal) => {
      signal?.throwIfAborted();
      now += ticks;
    },
  };
  const begun: bigint[] = [];
  await loop(
    async () => {
      begun.push(now);
      // Of the third round, which takes longer than the pause, the bell rings too; of the second it does not.
      now += begun.length === 3 ? 12n : 4n;
      if (begun.length !== 2) bell.ring();
      if (begun.length === 5) ending.abort();
      return false;
    },
    10n,
    { clock, signal: ending.signal, onRound: () => undefined, bell },
  );
  expect(begun).toEqual([0n, 10n, 30n, 42n, 52n]);
});

test('a clock that is put back during a round makes no pause longer', async () => {
  const ending = new AbortController();
  let now = 1_000_000n;
  const slept: bigint[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ticks, signal) => {
      signal?.throwIfAborted();
      slept.push(ticks);
      now += ticks;
    },
  };
  const bell = new Bell();
  let rounds = 0;
  await loop(
    async () => {
      rounds += 1;
      now -= 500_000n;
      bell.ring();
      if (rounds === 2) ending.abort();
      return false;
    },
    10n,
    { clock, signal: ending.signal, onRound: () => undefined, bell },
  );
  expect(slept).toEqual([10n]);
});
