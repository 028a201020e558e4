import fc from 'fast-check';
import { expect } from 'vitest';
import type { Limits } from '../../packages/weir/src/live/fusion/fusion.ts';
import { catalogue } from './fused.ts';
import { batched, Living, type Teller, type Told } from './living.ts';

/** Rows in some order, some of them twice, in some batches. */
function dealt(rows: readonly Told[], seed: number, batches: number): Told[][] {
  const mixed = rows
    .flatMap((row, n) => ((n + seed) % 5 === 0 ? [row, row] : [row]))
    .map((row, n) => ({ row, place: ((n + 1) * (seed * 2 + 1) * 7919) % 104_729 }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row);
  return Array.from({ length: batches }, (_, n) => mixed.filter((_, at) => at % batches === n));
}

/** How rows come: in which order and batches, and what happens between these. */
export interface Dealing {
  readonly seed: number;
  readonly batches: number;
  readonly between: '' | 'settle' | 'restart' | 'meanwhile';
  readonly limits: Limits | undefined;
}

export const dealing: fc.Arbitrary<Dealing> = fc.record({
  seed: fc.nat(50),
  batches: fc.integer({ min: 1, max: 4 }),
  between: fc.constantFrom('' as const, 'settle' as const, 'restart' as const, 'meanwhile' as const),
  // Usual ones, and such that no pass may look at more than what is nearest.
  limits: fc.constantFrom<Limits | undefined>(undefined, { passed: 1, read: 3, settled: 10_000 }),
});

/** Has rows come to a lake that goes on, and expects that it has in the end what batch fusion makes of them. */
export async function sameAsBatch(
  rows: readonly Told[],
  { seed, batches, between, limits }: Dealing,
  by: Teller = { catalogue },
): Promise<void> {
  const lived = await Living.with(async (living) => {
    living.restart(by);
    for (const batch of dealt(rows, seed, batches)) {
      const settling = between === 'meanwhile' ? living.settle() : undefined;
      await living.put(batch);
      await living.pass();
      await settling;
      if (between === 'settle') await living.settle();
      if (between === 'restart') living.restart(by);
    }
    await living.settle();
    return living.tables();
  }, limits);
  expect(lived).toEqual(await batched(rows, by));
}
