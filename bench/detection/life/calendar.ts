import { Random } from '../../../packages/weir/src/simulate/random.ts';

export const ticksOfDay = 864_000_000_000n;
const epoch = 621_355_968_000_000_000n;

export interface Day {
  readonly day: number;
  /** Its first tick, UTC. */
  readonly starts: bigint;
  readonly works: boolean;
  readonly monthEnd: boolean;
}

/** The company's days. Each seed begins on another day of the year and has a holiday. */
export function calendar(days: number, seed: number): Day[] {
  const random = new Random(`life/${seed}/calendar`);
  const first = 20_458 + random.int(0, 250);
  const holiday = random.int(0, Math.max(days - 1, 20));
  return Array.from({ length: days }, (_, day) => {
    const at = new Date((first + day) * 86_400_000);
    const next = new Date((first + day + 3) * 86_400_000);
    const weekday = at.getUTCDay();
    return {
      day,
      starts: epoch + BigInt(first + day) * ticksOfDay,
      works: weekday >= 1 && weekday <= 5 && day !== holiday,
      monthEnd: next.getUTCMonth() !== at.getUTCMonth(),
    };
  });
}
