import type { Played, PlayedDay, PlayedFinding } from '../../api/backtests.ts';
import { type Chart, unknownIn } from '../../hunt/chart/chart.ts';
import { momentOf } from '../../words/time.ts';

const day = 86_400_000;

/** What a back-test says of two versions of a rule. */
export interface Compared {
  /** Alerts a day; a day on which no log came is a gap. */
  readonly chart: Chart;
  readonly before: Sums | undefined;
  readonly after: Sums;
  /** Told now and not before, and the other way round; the latest first. */
  readonly added: readonly PlayedFinding[];
  readonly gone: readonly PlayedFinding[];
}

export interface Sums {
  readonly alerts: number;
  /** A mean over days with logs; undefined where there is none. */
  readonly perDay: number | undefined;
  /** Found and not told: of no severity, hidden by exceptions, in a pause. */
  readonly untold: number;
}

/** Undefined where the back-test tells of no rule. */
export function comparedIn({ rules: [rule] }: Played): Compared | undefined {
  if (rule === undefined) return undefined;
  const { against } = rule;
  const all = daysAmong([...rule.days, ...(against?.days ?? [])]);
  const series = [
    ...(against === null ? [] : [{ name: 'Present version', points: pointsOf(against.days, all) }]),
    { name: against === null ? 'This rule' : 'This draft', points: pointsOf(rule.days, all) },
  ];
  const latestFirst = (a: PlayedFinding, b: PlayedFinding) => (momentOfOne(a) < momentOfOne(b) ? 1 : -1);
  return {
    chart: {
      ...{ kind: 'column', title: 'Alerts a day', isStacked: false, series, leftOut: '', unknown: unknownIn(series) },
      x: { name: 'day', type: 'category', names: all },
      y: { name: 'alerts', unit: 'number' },
    },
    before: against === null ? undefined : sumsOf(against.days),
    after: sumsOf(rule.days),
    added: (against?.new ?? rule.findings).toSorted(latestFirst),
    gone: (against?.gone ?? []).toSorted(latestFirst),
  };
}

/** When it was told, else found. */
export function momentOfOne({ alertedAt, foundAt, firstSeen }: PlayedFinding): string {
  return alertedAt ?? foundAt ?? firstSeen;
}

/** Every day (`2026-03-01`) from the first to the last. */
function daysAmong(days: readonly PlayedDay[]): string[] {
  const moments = days.map(({ day: at }) => momentOf(at));
  const first = Math.min(...moments);
  const length = moments.length === 0 ? 0 : (Math.max(...moments) - first) / day + 1;
  return Array.from({ length }, (_, nth) => new Date(first + nth * day).toISOString().slice(0, 10));
}

function pointsOf(days: readonly PlayedDay[], all: readonly string[]) {
  const told = new Map(days.map((each) => [each.day.slice(0, 10), each]));
  return all.map((name, x) => {
    const one = told.get(name);
    const isSeen = one !== undefined && (one.hosts > 0 || one.notified > 0);
    return { x, y: isSeen ? one.notified : null };
  });
}

function sumsOf(days: readonly PlayedDay[]): Sums {
  const alerts = days.reduce((sum, { notified }) => sum + notified, 0);
  return {
    alerts,
    perDay: days.length === 0 ? undefined : alerts / days.length,
    untold: days.reduce((sum, { informational, hidden, suppressed }) => sum + informational + hidden + suppressed, 0),
  };
}
