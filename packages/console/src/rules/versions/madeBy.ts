import type { RuleVersion } from '../../api/types.ts';

/** Where a version came from: `saved by ana`. */
export function madeBy({ by, origin, number }: RuleVersion): string {
  if (by !== null) return `saved by ${by}`;
  if (origin === 'shipped') return 'came with Weir';
  return number === 1 ? 'found in its file' : 'changed on disk';
}
