import type { Entity, EntityDay, Usual } from '../api/entities.ts';
import { bytes, longOf, plural, sent } from '../words/figures.ts';
import { dayName } from '../words/time.ts';

/** What is usual, in a sentence. */
export function usualWords({ days, median, p90, isLearning }: Usual): string {
  if (median === null || p90 === null)
    return 'What is usual is not known: on no day before was anything sent whose bytes are known.';
  const told = `half of ${plural(days, 'day')} stay below ${bytes(longOf(median))}, nine in ten below ${bytes(longOf(p90))}`;
  return isLearning
    ? `Still learning what is usual: bytes are known of ${plural(days, 'day')} before, and 14 are needed. So far ${told}.`
    : `On a usual day it sends ${bytes(longOf(median))}: ${told}.`;
}

/** How the day that is looked at compares with those before; undefined where nothing can be said. */
export function comparedWords({ days, usual, looked }: Pick<Entity, 'days' | 'usual' | 'looked'>): string | undefined {
  const day = days.find((each) => each.day === looked);
  if (day === undefined) return undefined;
  if (day.bytesSent === null) return `How much it sent on ${dayName(looked)} is not known.`;
  const said = `On ${dayName(looked)} it sent ${sent(day)} in all`;
  if (usual.median === null) return `${said}.`;
  return `${said}${times(day, usual)}.`;
}

function times({ bytesSent }: EntityDay, { median, p90 }: Usual): string {
  const now = Number(longOf(bytesSent ?? 0));
  const [usually, busy] = [Number(longOf(median ?? 0)), Number(longOf(p90 ?? 0))];
  if (usually === 0) return now === 0 ? ', as usual' : ', where it usually sends nothing';
  const ratio = now / usually;
  if (now <= busy) return ', which is within the usual';
  return `, ${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString('en')} times a usual day`;
}

/** Whether it was there before the days that were looked at, cannot be told from them; nor what was before all logs. */
export function firstSeenWords({ firstSeen, from, oldest }: Pick<Entity, 'firstSeen' | 'from' | 'oldest'>): string {
  if (firstSeen === null) return 'not in these days';
  const isAtBegin = (begin: string | null) => begin !== null && firstSeen.slice(0, 10) === begin.slice(0, 10);
  if (isAtBegin(oldest)) return `${dayName(firstSeen)}, the first day of all logs that are kept`;
  if (isAtBegin(from)) return `${dayName(firstSeen)} or before, as far back as is looked at here`;
  return dayName(firstSeen);
}
