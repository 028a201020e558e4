import type { Arg, CallContext } from '../emit.ts';
import { constantInteger, constantText } from './arguments.ts';

/** The season of a series: its length in places, 0 for none, or what must not be found in the data. */
export type Season = number | { readonly threshold: number };

export function seasonOf(arg: Arg | undefined, threshold: number, call: CallContext): Season {
  const given = arg === undefined ? -1n : constantInteger(arg);
  if (given === -1n) return { threshold };
  return given !== undefined && given >= 0n
    ? Number(given)
    : call.refuse(`${call.name} needs a constant season: a number of places, 0 for none, or -1`);
}

export function thresholdOf(arg: Arg | undefined, call: CallContext): number {
  const given = arg === undefined ? 0.6 : Number(arg.constant);
  return Number.isFinite(given) ? given : call.refuse(`${call.name} needs a constant threshold`);
}

/** What a series is taken apart by. */
export interface Model {
  readonly season: Season;
  readonly trend: string;
  /** How many places at the end are not learned from. */
  readonly test: number;
}

export function trendOf(arg: Arg | undefined, otherwise: string, call: CallContext): string {
  const trend = arg === undefined ? otherwise : constantText(arg);
  return trend === 'avg' || trend === 'linefit' || trend === 'none'
    ? trend
    : call.refuse(`${call.name} knows the trends avg, linefit and none`);
}

/** How many places at the end are not learned from, or are foretold. */
export function points(arg: Arg | undefined, call: CallContext): number {
  const count = arg === undefined ? 0n : constantInteger(arg);
  return count === undefined || count < 0n
    ? call.refuse(`${call.name} needs a constant number of points`)
    : Number(count);
}
