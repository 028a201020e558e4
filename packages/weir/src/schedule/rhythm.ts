/** How often something was how long, by powers of two of a second. Times are ticks. */
export type Lengths = readonly number[];

/** Of four weeks that are not over, and of the four before. */
export interface Habit {
  readonly now: Lengths;
  readonly before: Lengths;
}

const second = 10_000_000n;

export const noHabit: Habit = { now: [], before: [] };

/** The habit with one more length. */
export function withLength({ now, before }: Habit, length: bigint): Habit {
  const seconds = length < second ? 1 : Number(length / second);
  const place = Math.floor(Math.log2(seconds));
  return {
    now: Array.from({ length: Math.max(now.length, place + 1) }, (_, at) => (now[at] ?? 0) + (at === place ? 1 : 0)),
    before,
  };
}

/** The habit when four weeks are over. */
export function turned({ now }: Habit): Habit {
  return { now: [], before: now };
}

/** What the longest that it was is at least. */
export function longest({ now, before }: Habit): bigint {
  const places = Math.max(now.length, before.length);
  return places === 0 ? 0n : second * 2n ** BigInt(places - 1);
}

/** The longest that it was more than once, rounded up: what has been so twice is usual, as a night or a weekend is. */
export function usual({ now, before }: Habit): bigint {
  for (let place = Math.max(now.length, before.length) - 1; place >= 0; place--)
    if ((now[place] ?? 0) + (before[place] ?? 0) > 1) return second * 2n ** BigInt(place + 1);
  return 0n;
}
