import type { RuleVersion } from '../../api/types.ts';

/** Where a version came from: `saved by ana`. */
export function madeBy({ by, origin, number, back }: RuleVersion): string {
  if (back) return `the shipped rule again, by ${by}`;
  if (by !== null) return `saved by ${by}`;
  if (origin === 'shipped') return 'came with Weir';
  return number === 1 ? 'found in its file' : 'changed on disk';
}
