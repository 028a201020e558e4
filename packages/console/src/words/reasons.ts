/** A reason of the score. */
export interface Reason {
  readonly text: string;
  /** What it added or took; absent: it only says something. */
  readonly points?: number;
}

/** A finding's reasons as the service writes them, `it sent much (+20)` and `a usual kind (−10)`, taken apart. */
export function reasonsOf(reasons: readonly string[]): Reason[] {
  return reasons.map((reason) => {
    const [, text, points] = /^(.*) \(([+−-]?\d+)\)$/s.exec(reason) ?? [];
    return text === undefined ? { text: reason } : { text, points: Number(points?.replace('−', '-')) };
  });
}

/** What makes it unusual, the weightiest first: neither what every finding of the rule begins with nor what is counted off. */
export function unusual(reasons: readonly string[]): string[] {
  return reasonsOf(reasons)
    .filter(({ text, points = 0 }) => points > 0 && !text.startsWith('base of the rule'))
    .toSorted((a, b) => (b.points ?? 0) - (a.points ?? 0))
    .map(({ text }) => text);
}
