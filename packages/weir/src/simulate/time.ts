/** A moment as whole microseconds since 1970-01-01 UTC: exact in a double until the year 2255. */
export type Micros = number;

export const second = 1_000_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** ISO 8601 UTC with 0 to 7 fraction digits; the seventh, which a microsecond lacks, is the given tick. */
export function isoTime(at: Micros, digits: number, tick: number): string {
  const seconds = new Date(Math.floor(at / 1000)).toISOString().slice(0, 19);
  if (digits === 0) return `${seconds}Z`;
  const fraction = String(at % second).padStart(6, '0') + String(tick);
  return `${seconds}.${fraction.slice(0, digits)}Z`;
}

/** Seconds with six decimals, as Zeek writes moments and intervals. */
export function decimalSeconds(micros: Micros): string {
  return `${Math.floor(micros / second)}.${String(micros % second).padStart(6, '0')}`;
}
