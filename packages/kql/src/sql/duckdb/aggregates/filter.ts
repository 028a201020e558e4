/** `FILTER` over the conditions that are there. */
export function filter(...conditions: readonly (string | undefined)[]): string {
  const present = conditions.filter((condition) => condition !== undefined);
  return present.length === 0 ? '' : ` FILTER (WHERE ${present.map((condition) => `(${condition})`).join(' AND ')})`;
}
