import { ticksPerDay, ticksPerSecond } from '@weir/kql/types';
import { ticksToMinute } from '../format.ts';

const mostByteTicks = 5n;
const mostTimeTicks = 12n;

/** Values for a byte axis from zero to at or above `highest`: multiples of a power of two, so that they are whole in
 *  binary units, no more than six. */
export function byteTicks(highest: bigint): bigint[] {
  let step = 1n;
  while (step * mostByteTicks < highest) step *= 2n;
  const steps = highest === 0n ? 1n : (highest + step - 1n) / step;
  return Array.from({ length: Number(steps) + 1 }, (_, i) => BigInt(i) * step);
}

const minute = 60n * ticksPerSecond;
const hour = 60n * minute;
const steps = [
  ...[minute, 5n * minute, 10n * minute, 30n * minute],
  ...[hour, 2n * hour, 3n * hour, 6n * hour, 12n * hour],
  ...[ticksPerDay, 2n * ticksPerDay, 7n * ticksPerDay, 14n * ticksPerDay, 28n * ticksPerDay],
];

export interface TimeTick {
  readonly at: bigint;
  /** The time of day, or the day where steps are whole days. */
  readonly label: string;
  /** The day where it begins to be another one than at the mark before. */
  readonly day: string;
}

/** Round moments within a span, no more than twelve. */
export function timeTicks(from: bigint, until: bigint): TimeTick[] {
  const step = steps.find((width) => (until - from) / width <= mostTimeTicks) ?? yearly(until - from);
  const first = ((from + step - 1n) / step) * step;
  const marks: bigint[] = [];
  for (let at = first; at <= until; at += step) marks.push(at);
  return marks.map((at, i) => {
    const [day = '', time = ''] = ticksToMinute(at).split(' ');
    if (step >= ticksPerDay) return { at, label: day, day: '' };
    const before = marks[i - 1];
    const sameDay = before !== undefined && before / ticksPerDay === at / ticksPerDay;
    return { at, label: time, day: sameDay ? '' : day };
  });
}

function yearly(span: bigint): bigint {
  const year = 364n * ticksPerDay;
  return (span / mostTimeTicks / year + 1n) * year;
}
