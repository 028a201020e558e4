/** One row of the table: what we do, beside the least that anyone must do for the same answer. */
export interface Comparison {
  readonly what: string;
  readonly floor: string;
  /** The ratio that DESIGN asks for; undefined where the figure only informs. */
  readonly target?: number;
  readonly ours: () => Promise<unknown>;
  readonly theirs: () => Promise<unknown>;
}

export interface Measured {
  readonly what: string;
  readonly floor: string;
  readonly oursMs: number;
  readonly floorMs: number;
  readonly ratio: number;
  readonly target: number | undefined;
}

/** Runs both sides in turn, A B A B, after one warm-up each, and gives medians and the median of the paired ratios:
 *  a machine whose speed drifts drifts for both. */
export async function measure(comparison: Comparison, runs: number): Promise<Measured> {
  const { ours, theirs, what, floor, target } = comparison;
  await ours();
  await theirs();
  const pairs: { ours: number; theirs: number }[] = [];
  for (let run = 0; run < runs; run++) pairs.push({ ours: await timed(ours), theirs: await timed(theirs) });
  return {
    what,
    floor,
    target,
    oursMs: median(pairs.map((pair) => pair.ours)),
    floorMs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
  };
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The row as one line: "1.07 x (target 1.15)  ours 812 ms, floor 760 ms  T1567 query…". */
export function line({ what, floor, oursMs, floorMs, ratio, target }: Measured): string {
  const goal = target === undefined ? '' : ` (target ${target})`;
  return `${ratio.toFixed(2)} x${goal}  ours ${oursMs.toFixed(0)} ms, floor ${floorMs.toFixed(0)} ms  ${what} / ${floor}`;
}
