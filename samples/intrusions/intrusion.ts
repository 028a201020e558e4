import type { Random } from '../../packages/weir/src/simulate/random.ts';
import type { Micros } from '../../packages/weir/src/simulate/time.ts';
import type { Desk } from '../desk.ts';

/** A planted story on one device, on one day of the sample. */
export interface Intrusion {
  readonly name: string;
  readonly technique: string;
  /** Device name without the domain. */
  readonly device: string;
  /** Day of the sample, from 0. */
  readonly dayNumber: number;
  /** Whose service took the data, by its registrable domain, or its address where it has no name. */
  readonly service: string;
  /** Tells the story; `midnight` is the start of its day. */
  readonly tell: (desk: Desk, midnight: Micros, random: Random, incident: string) => void;
}

/** A moment of the day from hours and minutes. */
export function clock(midnight: Micros, hours: number, minutes: number, seconds = 0): Micros {
  return midnight + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000;
}
