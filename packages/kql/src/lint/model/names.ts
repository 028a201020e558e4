/** The name nearest to one that is not there: by edit distance, small differences only. */
export function nearest(name: string, candidates: Iterable<string>, most = 4): string | undefined {
  const wanted = name.toLowerCase();
  const limit = Math.max(1, Math.min(most, Math.floor(wanted.length / 3)));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    // A name that has the whole of it as its end is the same thing said in full: InitiatingProcessAccountName.
    const distance = lower.endsWith(wanted) && wanted.length > 5 ? 1.5 : editDistance(wanted, lower, limit);
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
      best = { name: candidate, distance };
  }
  return best?.name;
}

/** Insertions, deletions, replacements and swaps of neighbours that make one text the other; above `limit` any number
 *  above it. */
export function editDistance(first: string, second: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(first.length - second.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let row = 1; row <= first.length; row++) {
    const now = [row];
    for (let column = 1; column <= second.length; column++) {
      const equal = first[row - 1] === second[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (equal ? 0 : 1),
      );
      const swapped = first[row - 1] === second[column - 2] && first[row - 2] === second[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      now.push(cost);
    }
    before = last;
    last = now;
  }
  return last[second.length] ?? 0;
}
