import type { Random } from '../../packages/weir/src/simulate/random.ts';
import { hour, type Micros } from '../../packages/weir/src/simulate/time.ts';
import type { Desk } from '../desk.ts';

/** One hour of a device's day. */
export interface Shift {
  readonly start: Micros;
  readonly dayNumber: number;
  /** 0 to 23, UTC. */
  readonly clock: number;
  /** The user is at the desk. */
  readonly atWork: boolean;
}

/** Something that a device does, hour by hour. */
export type Habit = (desk: Desk, shift: Shift, random: Random) => void;

/** Moments of an hour at which something happens, as often as `rate` says on average. */
export function moments(shift: Shift, random: Random, rate: number): Micros[] {
  const times = Math.floor(rate) + (random.chance(rate % 1) ? 1 : 0);
  return Array.from({ length: times }, () => Math.round(shift.start + random.real() * hour)).sort((a, b) => a - b);
}
