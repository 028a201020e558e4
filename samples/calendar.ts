import type { Micros } from '../packages/weir/src/simulate/time.ts';

/** Midnight UTC of a date such as 2026-03-10. */
export function midnight(date: string): Micros {
  return Date.parse(`${date}T00:00:00Z`) * 1000;
}

/** Monday to Friday. */
export function isWeekday(at: Micros): boolean {
  const weekday = new Date(Math.floor(at / 1000)).getUTCDay();
  return weekday >= 1 && weekday <= 5;
}

/** The date of a moment, as 2026-03-10. */
export function dateOf(at: Micros): string {
  return new Date(Math.floor(at / 1000)).toISOString().slice(0, 10);
}
