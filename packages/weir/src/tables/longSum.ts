/** SQL of a sum of counters as a `long`. A sum is wider: one that does not fit stands at long's end, where it is still the
 *  most. */
export function longSum(sum: string): string {
  return `CASE WHEN ${sum} > 9223372036854775807 THEN 9223372036854775807 ELSE ${sum} END::BIGINT`;
}
