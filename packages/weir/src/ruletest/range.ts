/** Whole numbers, or moments in ticks, from `min` to `max`, both included; an end that is absent is open. */
export interface Range {
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

/** `70`, `70..90`, `70..`, `..90`, each end as `read` takes it. Undefined for anything else, and for a range that holds
 *  nothing. */
export function rangeOf(written: string, read: (end: string) => bigint | undefined): Range | undefined {
  const [first = '', last, ...more] = written.split('..').map((end) => end.trim());
  if (more.length > 0) return undefined;
  if (last === undefined) {
    const only = read(first);
    return only === undefined ? undefined : { min: only, max: only };
  }
  const [min, max] = [first === '' ? undefined : read(first), last === '' ? undefined : read(last)];
  const unread = (first !== '' && min === undefined) || (last !== '' && max === undefined);
  if (unread || (min === undefined && max === undefined)) return undefined;
  if (min !== undefined && max !== undefined && min > max) return undefined;
  return { min, max };
}

export function isWithin({ min, max }: Range, value: bigint): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/** A whole number in digits, to a bigint. */
export function wholeOf(text: string): bigint | undefined {
  return /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}
