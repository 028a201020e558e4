import { secondsToTicks } from '../sql/time.ts';

/** Ticks of a duration as nfdump writes it: seconds (`12.312`, also padded) or `00:00:12.312`, `2d 03:04:05.678`. */
export function durationTicks(text: string): string {
  const parts = `regexp_extract(${text}, '^(?:([0-9]+)d *)?([0-9]+):([0-9]+):([0-9.]+)$', ['d', 'h', 'm', 's'])`;
  const part = (name: string): string => `coalesce(TRY_CAST((${parts}).${name} AS DOUBLE), 0)`;
  const seconds = `(((${part('d')} * 24 + ${part('h')}) * 60 + ${part('m')}) * 60 + ${part('s')})`;
  return `CASE WHEN contains(${text}, ':') THEN ${secondsToTicks(seconds)} ELSE ${secondsToTicks(`trim(${text})`)} END`;
}
