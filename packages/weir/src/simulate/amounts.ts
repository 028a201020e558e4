import { hour, type Micros, minute, second } from './time.ts';

/** What a number of a scenario counts. */
export type AmountKind = 'size' | 'duration' | 'count';

const sizes: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};
const durations: Readonly<Record<string, Micros>> = { ms: second / 1000, s: second, m: minute, h: hour };

/** How each kind is written, for messages. */
export const writtenAs: Readonly<Record<AmountKind, string>> = {
  size: 'a size such as 300 B, 20 KB or 1.5 GB (MiB and GiB for the binary ones)',
  duration: 'a duration such as 200ms, 30s, 5m or 2h',
  count: 'a whole number from 1',
};

/** An amount in bytes, microseconds or as a number; undefined for what is not written as one. */
export function readAmount(kind: AmountKind, text: string): number | undefined {
  if (kind === 'count') return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
  const [, number, unit = ''] = /^(\d{1,12}(?:\.\d{1,6})?) ?([A-Za-z]{1,3})$/.exec(text) ?? [];
  const size = (kind === 'size' ? sizes : durations)[unit];
  return number === undefined || size === undefined ? undefined : Math.round(Number(number) * size);
}
