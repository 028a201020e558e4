import type { Arg } from '../emit.ts';

/** `between (start .. 1h)`: a timespan after a datetime counts from it. */
export function spanEnd(low: Arg, high: Arg): Arg {
  if (low.type !== 'datetime' || high.type !== 'timespan') return high;
  const { constant: _, ...rest } = high;
  return { ...rest, type: 'datetime', sql: `(${low.sql} + ${high.sql})`, nullable: low.nullable || high.nullable };
}
