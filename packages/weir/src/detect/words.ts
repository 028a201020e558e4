import { ticksPerSecond } from '@weir/kql/types';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Bytes for a person, in binary units: `512 B`, `1.8 GiB`, `210 MiB`. */
export function bytesInWords(bytes: bigint): string {
  let value = Number(bytes);
  let unit = 0;
  while (unit < units.length - 1 && value >= (unit === 0 ? 1024 : 1023.95)) {
    value /= 1024;
    unit += 1;
  }
  const text = unit === 0 ? String(value) : value < 99.95 ? value.toFixed(1) : value.toFixed(0);
  return `${text} ${units[unit]}`;
}

/** A span for a person, in its two largest units, whole seconds at the least: `3 d 4 h`, `2 h 41 min`, `12 s`. */
export function spanInWords(ticks: bigint): string {
  const seconds = ticks / ticksPerSecond;
  const parts = [
    { count: seconds / 86_400n, unit: 'd' },
    { count: (seconds / 3600n) % 24n, unit: 'h' },
    { count: (seconds / 60n) % 60n, unit: 'min' },
    { count: seconds % 60n, unit: 's' },
  ];
  const first = parts.findIndex(({ count }) => count > 0n);
  if (first < 0) return 'under 1 s';
  const told = parts.slice(first, first + 2).filter(({ count }) => count > 0n);
  return told.map(({ count, unit }) => `${count} ${unit}`).join(' ');
}

/** `1 connection`, `2,000 connections`. */
export function countInWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}
