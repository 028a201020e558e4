import { day, hour, minute } from '../../fuse/ticks.ts';

// How far in time the results of fusion reach, in ticks. Each follows from a rule of `fuse/`.

export const aDay = BigInt(day);
const hours = (n: number): bigint => BigInt(n * hour);

/** How far around a new row a pass looks: an event stands for the flows of an hour, and others of the hour before it decide
 *  whether it may (`standing.ts`). */
export const passReach = BigInt(65 * minute);

/** How far before a connection a pass looks for the answer that names it; for those that hold longer, as far as they hold. */
export const passBack = hours(2);

/** How far one row bears on another's result at most, wrong clocks and long lives apart. A report stands for flows of the hour
 *  before it, then of the hour after it; for these another may that comes up to an hour later still, if within an hour
 *  of that one there is one program (`standing.ts`): three hours, and the minutes that all other rules take. */
export const reach = hours(4);

/** How long a connection is that need not be looked at as one that lasts. */
export const usualLife = hours(1);

/** How far from an endpoint's event the flow is looked for that tells its clock (`clock.ts`). */
export const around = hours(26);

/** The longest that an answer is believed (`answers.ts`). */
export const longestAnswer = aDay + BigInt(6 * minute);
