import { setTimeout } from 'node:timers/promises';
import { ticksPerSecond } from '@weir/kql/types';
import type { Clock } from '../model/clock.ts';
import { presentTicks } from './time.ts';

const ticksPerMillisecond = ticksPerSecond / 1000n;

/** The clock of the machine. */
export const machineClock: Clock = {
  now: presentTicks,
  sleep: async (ticks, signal) => {
    await setTimeout(Number(ticks / ticksPerMillisecond), undefined, signal && { signal });
  },
};
