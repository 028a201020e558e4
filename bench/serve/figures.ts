/** The value that so great a share of them is not above; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Upper bounds in seconds. */
const bounds = [0.5, 1, 2, 5, 10, 30, 60, 300];

/** Delays (milliseconds) as one line: how many were shorter than each bound and no shorter than the one before. */
export function histogram(delays: readonly number[]): string {
  const seconds = delays.map((delay) => delay / 1000);
  const cells = bounds.map((bound, at) => {
    const count = seconds.filter((one) => one < bound && one >= (bounds[at - 1] ?? Number.NEGATIVE_INFINITY)).length;
    return count === 0 ? '' : `< ${bound} s: ${count}`;
  });
  const longer = seconds.filter((one) => one >= (bounds.at(-1) ?? 0)).length;
  const told = [...cells, longer === 0 ? '' : `longer: ${longer}`].filter((cell) => cell !== '').join(', ');
  return `p50 ${quantile(seconds, 0.5).toFixed(1)} s, p99 ${quantile(seconds, 0.99).toFixed(1)} s (${told})`;
}
