import { ticksPerDay } from '@weir/kql/types';
/** For how long, and of how many bodies, it is remembered that they were taken: a client that was not told sends again, if
 *  need be after a weekend. Ticks in which the service runs. */
export const deliveriesKept = { ticks: 3n * ticksPerDay, number: 200_000n };
