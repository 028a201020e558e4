import { bytes, count } from '../../words/figures.ts';

/** Marks of an axis from `low` to at least `high` in round steps; both are marks. */
export function marksOf(low: number, high: number, unit: 'bytes' | 'number', about = 5): number[] {
  const span = high - low || 1;
  const step = roundStep(span / about, unit);
  const first = Math.floor(low / step) * step;
  const marks: number[] = [];
  for (let nth = 0; nth <= about * 3; nth += 1) {
    const mark = first + nth * step;
    marks.push(mark);
    if (mark >= high) break;
  }
  return marks;
}

/** The next of 1, 2, 5, 10…; of bytes a power of two, which is round in their units. */
function roundStep(step: number, unit: 'bytes' | 'number'): number {
  if (unit === 'bytes') return Math.max(1, 2 ** Math.ceil(Math.log2(step)));
  const size = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5].find((each) => each * size >= step) ?? 10) * size;
}

export function markText(n: number, unit: 'bytes' | 'number'): string {
  if (unit === 'bytes') return n < 0 ? `−${bytes(Math.round(-n))}` : bytes(Math.round(n));
  if (Number.isInteger(n) && Math.abs(n) < 1e15) return n < 0 ? `−${count(-n)}` : count(n);
  return String(Number(n.toPrecision(6)));
}

/** Pixels that the longest of an axis's marks takes beside the lines. */
export function gutterOf(marks: readonly number[], unit: 'bytes' | 'number'): number {
  return Math.max(76, ...marks.map((mark) => 16 + 7.5 * markText(mark, unit).length));
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[1_000, 5_000, 15_000, 30_000, minute, 5 * minute, 15 * minute, 30 * minute],
  ...[hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 365 * day],
];

/** Moments (milliseconds since 1970) between two, in round steps of UTC. */
export function timeMarks(from: number, until: number, about = 6): { at: number; text: string }[] {
  const step = steps.find((each) => (until - from) / each <= about) ?? 3_650 * day;
  const marks: { at: number; text: string }[] = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) {
    const iso = new Date(at).toISOString();
    const text =
      step < minute
        ? iso.slice(11, 19)
        : step < day
          ? until - from > day
            ? iso.slice(5, 16).replace('T', ' ')
            : iso.slice(11, 16)
          : iso.slice(0, 10);
    marks.push({ at, text });
  }
  return marks;
}
