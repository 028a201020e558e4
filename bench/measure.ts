/** One row of the table: what we do, beside the least that anyone must do for the same answer. */
export interface Comparison {
  readonly what: string;
  readonly floor: string;
  /** The ratio that DESIGN asks for; undefined where the figure only informs. */
  readonly target?: number;
  readonly ours: () => Promise<unknown>;
  readonly theirs: () => Promise<unknown>;
  /** Milliseconds of what is measured; the wall's where absent. */
  readonly clock?: () => number;
  /** A second floor, for work that the first leaves out. */
  readonly fair?: { readonly floor: string; readonly theirs: () => Promise<unknown> };
}

export interface Measured {
  readonly what: string;
  readonly floor: string;
  readonly oursMs: number;
  readonly floorMs: number;
  readonly ratio: number;
  readonly target: number | undefined;
  readonly fair?: { readonly floor: string; readonly ratio: number };
}

/** Runs both sides in turn, A B A B, after one warm-up each, and gives medians and the median of the paired ratios:
 *  a machine whose speed drifts drifts for both. */
export async function measure(comparison: Comparison, runs: number): Promise<Measured> {
  const { ours, theirs, what, floor, target, clock, fair } = comparison;
  await ours();
  await theirs();
  await fair?.theirs();
  const pairs: { ours: number; theirs: number; fair: number }[] = [];
  for (let run = 0; run < runs; run++) {
    pairs.push({
      ours: await timed(ours, clock),
      theirs: await timed(theirs, clock),
      fair: fair ? await timed(fair.theirs, clock) : Number.NaN,
    });
  }
  return {
    what,
    floor,
    target,
    oursMs: median(pairs.map((pair) => pair.ours)),
    floorMs: median(pairs.map((pair) => pair.theirs)),
    ratio: median(pairs.map((pair) => pair.ours / pair.theirs)),
    ...(fair && { fair: { floor: fair.floor, ratio: median(pairs.map((pair) => pair.ours / pair.fair)) } }),
  };
}

export async function timed(work: () => Promise<unknown>, clock = () => performance.now()): Promise<number> {
  const start = clock();
  await work();
  return clock() - start;
}

/** The processor time that this process has taken, of all its threads: what it costs on a machine that others use too. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The row as one line: "1.07 x (target 1.15)  ours 812 ms, floor 760 ms  T1567 query…"; after the target, where there
 *  is a fair floor too, the ratio to it: "8.20 x (target 1.5)  5.10 x  ours …". */
export function line({ what, floor, oursMs, floorMs, ratio, target, fair }: Measured): string {
  const goal = target === undefined ? '' : ` (target ${target})`;
  const second = fair ? `  ${fair.ratio.toFixed(2)} x` : '';
  const floors = fair ? `${floor} / ${fair.floor}` : floor;
  return `${ratio.toFixed(2)} x${goal}${second}  ours ${oursMs.toFixed(0)} ms, floor ${floorMs.toFixed(0)} ms  ${what} / ${floors}`;
}
