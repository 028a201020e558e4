import { ticksPerDay } from '../../types.ts';

/** The units of a timespan's text (`1.5h`), in ticks. */
export const units: Readonly<Record<string, bigint>> = {
  d: ticksPerDay,
  h: 36_000_000_000n,
  m: 600_000_000n,
  s: 10_000_000n,
  ms: 10_000n,
  microsecond: 10n,
  microseconds: 10n,
  tick: 1n,
  ticks: 1n,
};
