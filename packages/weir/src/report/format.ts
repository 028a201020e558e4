import { maxTicks, ticksPerDay, ticksPerSecond, unixEpochTicks } from '@weir/kql/types';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Bytes for a person, in binary units (1 MiB = 1,048,576 bytes): `512 B`, `1.8 GiB`, `210 MiB`. */
export function bytes(n: bigint | number): string {
  let value = Number(n);
  let unit = 0;
  // 1023.95 would round to 1024.0 of its unit, so it is told as 1.0 of the next.
  while (unit < units.length - 1 && value >= (unit === 0 ? 1024 : 1023.95)) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 ? String(value) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
  return `${text} ${units[unit]}`;
}

/** `1,234,567`. */
export function count(n: bigint | number): string {
  return n.toLocaleString('en-US');
}

/** `1 connection`, `2,000 connections`. */
export function plural(n: bigint | number, one: string, many = `${one}s`): string {
  return `${count(n)} ${Number(n) === 1 ? one : many}`;
}

/** A part of a whole in per cent, never rounded up to all nor down to nothing: `>99 %`, `<1 %`. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  if (part > 0 && share < 1) return '<1 %';
  if (part < whole && share > 99) return '>99 %';
  return `${Math.round(share)} %`;
}

/** A sum of bytes with how much of it is known: `1.8 GiB`, `1.8 GiB, known for 210 of 214`, `unknown`. */
export function knownBytes(sum: bigint | null, known: number, of: number): string {
  if (sum === null) return 'unknown';
  return known >= of ? bytes(sum) : `${bytes(sum)}, known for ${count(known)} of ${count(of)}`;
}

/** What was sent over some connections, in words: `1.8 GiB in 214 connections`, or how much of it is known. */
export function sentIn(sum: bigint | null, known: number, of: number): string {
  const connections = plural(of, 'connection');
  if (sum === null) return of === 0 ? 'unknown' : `unknown: ${connections} without a byte count`;
  if (known >= of) return `${bytes(sum)} in ${connections}`;
  return `at least ${bytes(sum)}: bytes known for ${count(known)} of ${connections}`;
}

/** ISO 8601 in UTC with seven decimals, as KQL prints a datetime. */
export function ticksToIso(ticks: bigint): string {
  const fraction = String(ticks % ticksPerSecond).padStart(7, '0');
  return `${date(ticks).slice(0, 19)}.${fraction}Z`;
}

/** `2026-11-24 03:05`, in UTC, cut to the minute. */
export function ticksToMinute(ticks: bigint): string {
  return date(ticks).slice(0, 16).replace('T', ' ');
}

/** `2026-11-24 03:05:09`, in UTC, cut to the second. */
export function ticksToSecond(ticks: bigint): string {
  return date(ticks).slice(0, 19).replace('T', ' ');
}

/** Milliseconds since 1970, cut. */
export function ticksToUnixMs(ticks: bigint): number {
  return Number(ticks / 10_000n - unixEpochTicks / 10_000n);
}

function date(ticks: bigint): string {
  if (ticks < 0n || ticks > maxTicks) throw new RangeError(`${ticks} ticks are outside 0001-01-01 to 9999-12-31`);
  return new Date(ticksToUnixMs(ticks)).toISOString();
}

/** A span for a person, in its two largest units: `3 d 4 h`, `2 h 41 min`, `12 s`, `under 1 s`. */
export function duration(ticks: bigint): string {
  const seconds = Number((ticks < 0n ? -ticks : ticks) / ticksPerSecond);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first < 0) return 'under 1 s';
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(' ');
}

/** From when to when, the day told once where both are on it: `2026-11-24 02:10 to 04:51`. */
export function minuteRange(from: bigint, until: bigint): string {
  const [start, end] = [ticksToMinute(from), ticksToMinute(until)];
  if (start === end) return start;
  return from / ticksPerDay === until / ticksPerDay ? `${start} to ${end.slice(11)}` : `${start} to ${end}`;
}

/** The same on two lines: `2026-11-24 02:10` over `to 04:51`; one line where both ends are in one minute. */
export function minuteRangeEnds(from: bigint, until: bigint): string {
  return minuteRange(from, until).replace(' to ', '\nto ');
}

/** .NET's `c` form, as KQL prints a timespan: `1.02:03:04`, with `.1234567` only where there is a fraction. */
export function timespanText(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const two = (n: bigint) => String(n).padStart(2, '0');
  const days = size / ticksPerDay;
  const seconds = size / ticksPerSecond;
  const fraction = size % ticksPerSecond;
  return [
    ticks < 0n ? '-' : '',
    days > 0n ? `${days}.` : '',
    `${two((seconds / 3600n) % 24n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`,
    fraction > 0n ? `.${String(fraction).padStart(7, '0')}` : '',
  ].join('');
}
