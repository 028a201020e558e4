import type { Rule } from '../api/types.ts';

/** When rules look next, by the one that looks oftenest: how often and at what moment, in milliseconds. Rules look at whole
 *  multiples of their frequency, and at a moment that has just begun a little later. Undefined where none looks. */
export function nextLook(
  rules: readonly Rule[],
  now: number,
): { readonly every: number; readonly at: number } | undefined {
  const often = rules.flatMap(({ schedule, stopped }) =>
    schedule === null || stopped !== null ? [] : [schedule.frequency * 1_000],
  );
  if (often.length === 0) return undefined;
  const every = Math.min(...often);
  return { every, at: Math.ceil(now / every) * every };
}
