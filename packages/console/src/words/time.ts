import { plural } from './figures.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A moment of the API (ISO 8601, UTC, seven decimals) in milliseconds since 1970, cut. */
export function momentOf(iso: string): number {
  return Date.parse(iso.replace(/(\.\d{3})\d+/, '$1'));
}

/** `2026-11-24 02:10:09`, in UTC. */
export function second(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** As much of a moment as tells it from the present: `02:10`, `24 Nov 02:10`, `24 Nov 2025`. In UTC. */
export function shortMoment(iso: string, now: number): string {
  const at = momentOf(iso);
  const date = new Date(at);
  const time = iso.slice(11, 16);
  const month = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  if (new Date(now).toISOString().slice(0, 10) === iso.slice(0, 10)) return time;
  return Math.abs(now - at) < 330 * day ? `${month} ${time}` : `${month} ${date.getUTCFullYear()}`;
}

/** `just now`, `4 min ago`, `3 h ago`, `12 d ago`, `8 months ago`. */
export function ago(iso: string, now: number): string {
  const passed = now - momentOf(iso);
  if (passed < minute) return 'just now';
  return `${span(passed)} ago`;
}

/** From first to last in its largest unit: `a moment`, `49 min`, `2 h`, `3 d`. */
export function lasting(from: string, until: string): string {
  const length = momentOf(until) - momentOf(from);
  return length < 1_000 ? 'a moment' : span(length);
}

/** A round span in words, as `5 minutes`, from milliseconds. */
export function spanName(length: number): string {
  const [size, unit] =
    length < minute
      ? [1_000, 'second']
      : length < hour
        ? [minute, 'minute']
        : length < day
          ? [hour, 'hour']
          : [day, 'day'];
  return plural(Math.round(length / (size as number)), unit as string);
}

/** Milliseconds in their largest unit, cut. */
function span(length: number): string {
  if (length < minute) return `${Math.floor(length / 1_000)} s`;
  if (length < 2 * hour) return `${Math.floor(length / minute)} min`;
  if (length < 2 * day) return `${Math.floor(length / hour)} h`;
  if (length < 60 * day) return `${Math.floor(length / day)} d`;
  return length < 730 * day
    ? `${Math.floor(length / (30.44 * day))} months`
    : `${Math.floor(length / (365.25 * day))} years`;
}

/** `24 Nov`, in UTC: of days within a month or two. */
export function dayName(iso: string): string {
  return new Date(momentOf(iso)).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
